// A run read back from the files of its folder: kept, imported, or the recorded example. Works in short pieces, so that the page stays
// quick.

import {
  type AnswerLine,
  answersFile,
  EVENTS_FILE,
  type EventLine,
  type PairLine,
  pairsFile,
  parseLines,
  tokensFile,
  type WatchedLine,
} from '../../folder/lines.ts';
import { RunFormatError } from '../../folder/run-file.ts';
import { isAfter, RunRecord } from './run-record.ts';

/** Where a run's files are. */
export interface RunFiles {
  /** A file's text from a byte on; '' where there is none. `end`: where to read on. */
  read(path: string, from?: number): Promise<{ readonly text: string; readonly end: number }>;
}

const PIECE_MS = 12;
const PAIRS_READ = 256;

export interface ReadRun {
  readonly record: RunRecord;
  /** Bytes of events.jsonl that were read. */
  readonly end: number;
}

/** Reads a run but for its pairs. @param onProgress the share that is read */
export async function readRun(files: RunFiles, onProgress?: (share: number) => void): Promise<ReadRun> {
  const record = new RunRecord();
  const { end } = await readEvents(files, record, 0, onProgress);
  return { record, end };
}

/** Reads the events from a byte on into a record, with the answers and token views that belong to them. */
export async function readEvents(
  files: RunFiles,
  record: RunRecord,
  from: number,
  onProgress: (share: number) => void = () => undefined,
): Promise<{ readonly end: number; readonly count: number }> {
  const { text, end } = await files.read(EVENTS_FILE, from);
  // Less than `from`: the file was cut back since.
  if (end < from) return { end, count: 0 };
  const lines = text.slice(0, text.lastIndexOf('\n') + 1);
  const iterations = new Set<number>();
  const rounds: { moment: 'before' | 'after'; iteration: number }[] = [];
  let count = 0;
  let pieceBegan = performance.now();
  for (let at = 0; at < lines.length; ) {
    const next = lines.indexOf('\n', at) + 1;
    const line = parsedLine(lines.slice(at, next), count);
    record.take(line);
    if (line.type === 'step') iterations.add(line.iteration);
    if (line.type === 'evaluation') rounds.push({ moment: line.moment, iteration: line.iteration });
    count += 1;
    at = next;
    if (performance.now() - pieceBegan > PIECE_MS) {
      onProgress(at / lines.length);
      await new Promise((resolve) => setTimeout(resolve));
      pieceBegan = performance.now();
    }
  }
  for (const round of rounds) {
    record.addAnswers(round, parseLines<AnswerLine>((await files.read(answersFile(round))).text));
  }
  // A record holds some of an iteration's moments; what is new comes after all of them.
  const last = record.watched.at(-1);
  for (const iteration of [...iterations].sort((a, b) => a - b)) {
    const watched = parseLines<WatchedLine>((await files.read(tokensFile(iteration))).text);
    record.addWatched(watched.filter((line) => last === undefined || isAfter(line, last)));
  }
  return { end: from + new TextEncoder().encode(lines).length, count };
}

/** @throws RunFormatError */
function parsedLine(text: string, number: number): EventLine {
  try {
    return JSON.parse(text) as EventLine;
  } catch (cause) {
    throw new RunFormatError(
      `${EVENTS_FILE}: line ${number + 1} is no line of a run.`,
      'Import the run anew, or open another one.',
      { cause },
    );
  }
}

/** Reads a run's latest pairs, to be stepped back into: a large file of which little is shown at first. */
export async function readLatestPairs(files: RunFiles, record: RunRecord): Promise<void> {
  const iteration = record.answered?.iteration;
  if (iteration === undefined) return;
  const { text } = await files.read(pairsFile(iteration));
  const cut = text
    .split('\n')
    .slice(-PAIRS_READ - 1)
    .join('\n');
  record.addPairs(parseLines<PairLine>(cut));
}
