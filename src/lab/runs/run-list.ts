// The list of kept runs in order: pinned first, then the newest, groups together; what each changed since the one before it; what a
// text finds.

import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import { playedDifferently } from '../../spin/former-rules.ts';
import type { ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETER_LIST } from '../../spin/parameters/parameter-table.ts';
import { quantile } from '../record/series.ts';

/** What a run's start has that the run begun before it had not. */
export interface Changes {
  readonly parameters: readonly ParameterKey[];
  readonly model: boolean;
  readonly data: boolean;
  /** The run compared with. */
  readonly since: RunEntry;
}

export type ListedRun =
  | { readonly kind: 'run'; readonly entry: RunEntry }
  | { readonly kind: 'group'; readonly group: string; readonly entries: readonly RunEntry[] };

const begun = ({ file }: RunEntry): number => Date.parse(file.started);
const newestFirst = (a: RunEntry, b: RunEntry): number => begun(b) - begun(a);

/**
 * Rows for a list: a group stands where its pinned or else its newest run would, and is one only from two runs on. Imported runs do not
 * join those that were played here: they may be the same ones.
 */
export function runRows(entries: readonly RunEntry[]): ListedRun[] {
  const ordered = [...entries].sort((a, b) => Number(b.notes.pinned) - Number(a.notes.pinned) || newestFirst(a, b));
  const placed = new Set<RunEntry>();
  return ordered.flatMap((entry): ListedRun[] => {
    const { group } = entry.notes;
    const members = ordered.filter(({ notes, imported }) => notes.group === group && imported === entry.imported);
    if (group === null || members.length < 2) return [{ kind: 'run', entry }];
    if (placed.has(entry)) return [];
    for (const member of members) placed.add(member);
    return [{ kind: 'group', group, entries: members }];
  });
}

/** What a run changed against the one begun before it on this page; null for the first, and for one that was imported. */
export function changesSince(entry: RunEntry, entries: readonly RunEntry[]): Changes | null {
  if (entry.imported) return null;
  const before = entries.filter((one) => !one.imported && one.id !== entry.id && begun(one) < begun(entry));
  const [since] = before.sort(newestFirst);
  if (since === undefined) return null;
  return {
    parameters: playedDifferently(since.file.configuration, entry.file.configuration),
    model: since.file.model.folder !== entry.file.model.folder,
    data: since.file.data.source !== entry.file.data.source || since.file.data.sha256 !== entry.file.data.sha256,
    since,
  };
}

/** Runs in whose text every word of `wanted` occurs, in any order and case. @param textOf all of a run that can be looked for. */
export function found(
  entries: readonly RunEntry[],
  wanted: string,
  textOf: (entry: RunEntry) => string,
): readonly RunEntry[] {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  return entries.filter((entry) => {
    const text = textOf(entry).toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Parameters in which any of the configurations differs from another, in table order. */
export function differing(configurations: readonly SpinConfiguration[]): ParameterKey[] {
  const [first, ...others] = configurations;
  if (first === undefined) return [];
  const keys = new Set(others.flatMap((other) => playedDifferently(first, other)));
  return PARAMETER_LIST.map(({ key }) => key).filter((key) => keys.has(key));
}

export type Headline = NonNullable<RunEntry['headline']>;

/** A group's headline over its finished runs; those that measure something else than the first are left out. */
export interface GroupHeadline {
  readonly measure: Headline['measure'];
  readonly count: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function groupHeadline(entries: readonly RunEntry[]): GroupHeadline | null {
  const headlines = entries.flatMap(({ file, headline }) =>
    file.finished === null || headline === null ? [] : headline,
  );
  const [first] = headlines;
  if (first === undefined) return null;
  const after = headlines.filter(({ measure }) => measure === first.measure).map((one) => one.after);
  const sorted = Float64Array.from(after).sort();
  return {
    measure: first.measure,
    count: sorted.length,
    median: quantile(sorted, 0.5),
    low: sorted[0]!,
    high: sorted.at(-1)!,
  };
}

export const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** Bytes in the largest unit of which there is at least one, by thousands; one digit after the point below ten. */
export function sizeOf(bytes: number): { value: number; unit: (typeof SIZE_UNITS)[number]; digits: number } {
  let [value, power] = [bytes, 0];
  while (value >= 1000 && power < SIZE_UNITS.length - 1) {
    value /= 1000;
    power += 1;
  }
  return { value, unit: SIZE_UNITS[power]!, digits: power > 0 && value < 10 ? 1 : 0 };
}
