// Kept runs in words: values and changes of parameters, measures, sizes, times, how a run stands.

import type { RunEntry } from '../../lab/runs/kept-runs.ts';
import type { Changes, Headline } from '../../lab/runs/run-list.ts';
import { sizeOf } from '../../lab/runs/run-list.ts';
import type { SessionState } from '../../lab/session/session-store.ts';
import { parameterText } from '../../lab/settings/parameter-text.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { PRESET_NAMES } from '../../spin/presets.ts';
import type { Speech } from '../../text/language.ts';
import { inNumbers } from '../../text/number-format.ts';
import { optionName, parameterName } from '../../text/parameter-words.ts';

/** More changes than this are counted, not named. */
const CHANGES_NAMED = 4;

/** A parameter's value. */
export function valueWords(speech: Speech, configuration: SpinConfiguration, key: ParameterKey): string {
  const value = configuration[key];
  if (typeof value === 'boolean') return speech.say(value ? 'runs.on' : 'runs.off');
  if (PARAMETERS[key].kind === 'choice') return optionName(speech, { key }, value as string | number);
  // With a real minus sign, after which no line ends.
  return (Array.isArray(value) ? value : [value as number])
    .map((one) => parameterText(one).replace('-', '−'))
    .join(', ');
}

/** The parameters named, each with its value. */
export function settingsWords(speech: Speech, configuration: SpinConfiguration, keys: readonly ParameterKey[]): string {
  return keys
    .map((key) => {
      const name = parameterName(speech, { key });
      return speech.say('queue.value', { name, value: valueWords(speech, configuration, key) });
    })
    .join(speech.say('runs.and'));
}

/** What a run changed, and against which. */
export function changeWords(speech: Speech, entry: RunEntry, changes: Changes | null): string {
  if (entry.imported) return '';
  if (changes === null) return speech.say('runs.first');
  const { since, parameters, model, data } = changes;
  const parts = parameters.map((key) =>
    speech.say('runs.change', {
      name: parameterName(speech, { key }),
      from: valueWords(speech, since.file.configuration, key),
      to: valueWords(speech, entry.file.configuration, key),
    }),
  );
  if (model) parts.unshift(speech.say('runs.change.model'));
  if (data) parts.unshift(speech.say('runs.change.data'));
  const { name } = since.notes;
  if (parts.length === 0) return speech.say('runs.same', { name });
  const named = parts.slice(0, CHANGES_NAMED);
  if (parts.length > named.length) named.push(speech.say('runs.more', { n: parts.length - named.length }));
  return speech.say('runs.since', { name, changes: named.join(speech.say('runs.and')) });
}

/** The preset that a run was begun with; its text as it is where this version has no such preset. */
export function presetWords(speech: Speech, preset: string): string {
  const known = PRESET_NAMES.find((name) => name === preset);
  return known === undefined ? preset : speech.say(`preset.${known}`);
}

export function measureWords(speech: Speech, measure: Headline['measure'], value: number): string {
  return measure === 'human_likeness' ? speech.percent(value, 1) : speech.number(value, 3);
}

export function sizeWords(speech: Speech, bytes: number): string {
  const { value, unit, digits } = sizeOf(bytes);
  const unitDisplay = unit === 'byte' ? 'long' : 'short';
  const options = { style: 'unit', unit, unitDisplay, maximumFractionDigits: digits } as const;
  return inNumbers(speech.language, value, options);
}

const SPANS = [
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
] as const;
const WEEK_MS = 7 * 86_400_000;

/** How long ago, within a week; before that the day. @param now milliseconds */
export function whenWords(speech: Speech, time: string, now: number): string {
  const then = Date.parse(time);
  const ago = now - then;
  if (ago < 0 || ago > WEEK_MS) return new Date(then).toLocaleDateString(speech.language, { dateStyle: 'medium' });
  const [unit, length] = SPANS.findLast(([, span]) => ago >= span) ?? SPANS[0];
  return new Intl.RelativeTimeFormat(speech.language, { numeric: 'auto', style: 'short' }).format(
    -Math.floor(ago / length),
    unit,
  );
}

export function timeWords(speech: Speech, time: string): string {
  return new Date(time).toLocaleString(speech.language, { dateStyle: 'long', timeStyle: 'short' });
}

export type RunStanding = 'playing' | 'paused' | 'failed' | 'elsewhere' | 'unfinished' | 'broken' | 'finished';

/** How a run stands: in this tab, in another, or at rest. */
export function standingOf(
  { id, file, checkpoint }: RunEntry,
  { runId, status }: Pick<SessionState, 'runId' | 'status'>,
  playedElsewhere: ReadonlySet<string>,
): RunStanding {
  if (id === runId && status !== 'idle') {
    return status === 'paused' || status === 'failed' || status === 'finished' ? status : 'playing';
  }
  if (playedElsewhere.has(id)) return 'elsewhere';
  if (file.finished !== null) return 'finished';
  return checkpoint === null ? 'broken' : 'unfinished';
}

export function standingWords(speech: Speech, { file, checkpoint }: RunEntry, standing: RunStanding): string {
  if (standing !== 'unfinished' || checkpoint === null) return speech.say(`runs.status.${standing}`);
  const { iteration, step } = checkpoint;
  return speech.say('runs.status.unfinished', { iteration: iteration + 1, of: file.configuration.iterations, step });
}

/** Everything by which a run can be found. */
export function searchText(speech: Speech, { notes, file }: RunEntry): string {
  const { configuration, data, model } = file;
  const training = optionName(speech, { key: 'control' }, configuration.control);
  const loss = optionName(speech, { key: 'loss' }, configuration.loss);
  const preset = presetWords(speech, notes.preset);
  return [notes.name, notes.notes, notes.group ?? '', preset, training, loss, data.source, model.folder].join(' ');
}
