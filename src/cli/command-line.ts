// Arguments to a command, a command to an exit status: 0, 1 (failed, one sentence says why) or 2 (wrong usage). The streams come from
// outside.

import { LabError } from '../spin/lab-error.ts';
import type { Command, Io } from './command.ts';
import { benchCommand } from './commands/bench.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { generateCommand } from './commands/generate.ts';
import { playCommand } from './commands/play.ts';
import { scoreCommand } from './commands/score.ts';
import { stepCommand } from './commands/step.ts';
import { oneSentence } from './one-sentence.ts';
import { COMMON_OPTIONS, helpText, readOptions, UsageError } from './usage.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  score: scoreCommand,
  step: stepCommand,
  generate: generateCommand,
  play: playCommand,
  evaluate: evaluateCommand,
  bench: benchCommand,
};

export async function runCommandLine(args: readonly string[], io: Io): Promise<0 | 1 | 2> {
  try {
    const [name, ...rest] = args;
    if (name === '--help' || name === '-h' || name === 'help') io.say(overview());
    else await runCommand(name, rest, io);
    return 0;
  } catch (error) {
    io.say(sentenceOf(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function runCommand(name: string | undefined, args: readonly string[], io: Io): Promise<void> {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name === undefined || command === undefined) {
    const names = Object.keys(COMMANDS).join(', ');
    const what = name === undefined ? 'No command is given.' : `There is no command ${name}.`;
    throw new UsageError(what, `Name one of ${names}; \`spin --help\` says what they do.`);
  }
  const table = { ...command.options, ...COMMON_OPTIONS };
  const options = readOptions(name, table, args);
  if (options === null) io.say(helpText(name, command.summary, table));
  else await command.run(options, io);
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return [
    'spin COMMAND [options]: self-play fine-tuning of a small language model',
    '',
    ...rows,
    '',
    'Lines of JSON go to standard output, all else to standard error. `spin COMMAND --help` lists its options.',
    'Exit status: 0, 1 (failed, one sentence says why), 2 (wrong usage).',
  ].join('\n');
}

/** One sentence on one line, whatever went wrong. */
function sentenceOf(error: unknown): string {
  if (error instanceof LabError) return oneLine(oneSentence(error));
  const { code, path, message, stack } = error as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined) {
    return oneLine(`${path}: this place cannot be used (${code}); check its rights and the room on the disk.`);
  }
  return `A fault in the program, please report it: ${stack ?? message ?? String(error)}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
