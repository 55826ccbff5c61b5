// What columns, families and measures are called, and the marks of who answered.

import type { ColumnKey, ComparedColumn } from '../../lab/compare/comparing.ts';
import { NO_GROUP, OWN_GROUP } from '../../lab/compare/row-filter.ts';
import type { MeasureFields } from '../../lab/record/run-record.ts';
import { VERDICTS } from '../../text/en/verdicts.ts';
import type { Speech } from '../../text/language.ts';
import { PlayerName } from '../../ui/player-name.tsx';

export function columnName(speech: Speech, key: ColumnKey): string {
  if (key === 'human') return speech.say('who.human');
  if (key === 'base') return speech.say('compare.base');
  if (key === 'control') return speech.say('compare.control');
  return speech.say('compare.after', { n: Number(key.slice('iteration-'.length)) + 1 });
}

type ColumnNameProps = { readonly column: Pick<ComparedColumn, 'key' | 'kind'>; readonly speech: Speech };

export function ColumnName({ column: { key, kind }, speech }: ColumnNameProps) {
  const name = columnName(speech, key);
  if (kind === 'human') return <PlayerName who="human" name={name} />;
  if (kind !== 'control') return <PlayerName who="player" name={name} />;
  return (
    <span className="who control">
      <span aria-hidden="true">▲ </span>
      {name}
    </span>
  );
}

type FamilyKey = Extract<keyof typeof VERDICTS, `family.${string}`>;
const isFamilyKey = (key: string): key is FamilyKey => Object.hasOwn(VERDICTS, key) && key.startsWith('family.');

/** A family's title; the name itself where the page has no title for it. */
export function groupName(speech: Speech, group: string): string {
  if (group === OWN_GROUP) return speech.say('compare.group.own');
  if (group === NO_GROUP) return speech.say('compare.group.none');
  const key = `family.${group}`;
  return isFamilyKey(key) ? speech.say(key) : group;
}

interface Share {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Human-likeness where the truth is known, else how often the answer was the human one; null where neither was measured. */
export function shareOf(speech: Speech, measures: MeasureFields | null): Share | null {
  for (const name of ['human_likeness', 'exact_match'] as const) {
    const value = measures?.[name];
    if (typeof value !== 'number') continue;
    const interval = measures?.[`${name}_ci95`];
    const [low, high] = Array.isArray(interval) ? interval : [null, null];
    return { name: speech.say(`compare.${name}`), help: speech.say(`compare.${name}.help`), value, low, high };
  }
  return null;
}

export const intervalWords = (speech: Speech, { low, high }: { readonly low: number; readonly high: number }): string =>
  speech.say('compare.interval', { low: speech.percent(low), high: speech.percent(high) });
