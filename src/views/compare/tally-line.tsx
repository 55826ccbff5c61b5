// Two columns against each other: whom, wins, losses and ties over the held-out prompts, and what that is worth.

import { useMemo } from 'react';
import {
  type ColumnKey,
  type ColumnPair,
  type ComparedColumn,
  type ComparedRow,
  tally,
} from '../../lab/compare/comparing.ts';
import { groupOf } from '../../lab/compare/row-filter.ts';
import type { Speech } from '../../text/language.ts';
import { columnName } from './column-names.tsx';
import { useChangeCompare } from './compare-state.ts';

interface TallyLineProps {
  readonly columns: readonly ComparedColumn[];
  readonly rows: readonly ComparedRow[];
  readonly pair: ColumnPair;
  /** Counts this family alone; null: all. */
  readonly group: string | null;
  readonly speech: Speech;
}

export function TallyLine({ columns, rows, pair, group, speech }: TallyLineProps) {
  // Own prompts were chosen, not drawn: an interval over them would say nothing.
  const counted = useMemo(
    () => rows.filter((row) => !row.own && (group === null || groupOf(row) === group)),
    [rows, group],
  );
  const { wins, losses, ties, difference } = useMemo(() => tally(counted, pair), [counted, pair]);
  const world = counted.some(({ family }) => family !== null);
  return (
    <div className="tally">
      <PairChoice columns={columns} pair={pair} speech={speech} />
      {difference === null ? (
        <p className="quiet">{speech.say('compare.tally.none')}</p>
      ) : (
        <>
          <TallyBar wins={wins} losses={losses} ties={ties} />
          <p>
            {speech.say('compare.tally', { wins, losses, ties })}{' '}
            <strong>
              {speech.say('compare.tally.difference', {
                value: points(speech, difference.value),
                low: points(speech, difference.low),
                high: points(speech, difference.high),
                n: difference.count,
              })}
            </strong>
          </p>
          <p className="quiet">
            {speech.join(
              speech.say(world ? 'compare.tally.world' : 'compare.tally.data'),
              speech.say('compare.tally.how'),
            )}
          </p>
        </>
      )}
    </div>
  );
}

/** A difference of shares in percentage points, with its sign. */
const points = (speech: Speech, value: number): string => {
  const text = speech.number(100 * value, 1);
  return value > 0 ? `+${text}` : text;
};

function TallyBar({ wins, losses, ties }: { readonly wins: number; readonly losses: number; readonly ties: number }) {
  return (
    <div className="tally-bar" aria-hidden="true">
      <span className="wins" style={{ flexGrow: wins }} />
      <span className="ties" style={{ flexGrow: ties }} />
      <span className="losses" style={{ flexGrow: losses }} />
    </div>
  );
}

export function PairChoice({ columns, pair, speech }: Pick<TallyLineProps, 'columns' | 'pair' | 'speech'>) {
  const change = useChangeCompare();
  const choose = (part: Partial<ColumnPair>) => change({ pair: { ...pair, ...part } });
  const options = (other: ColumnKey) =>
    columns.map(({ key }) => (
      <option key={key} value={key} disabled={key === other}>
        {columnName(speech, key)}
      </option>
    ));
  return (
    <div className="pair-choice">
      <label>
        {speech.say('compare.pair.b')}
        <select value={pair.b} onChange={({ target }) => choose({ b: target.value as ColumnKey })}>
          {options(pair.a)}
        </select>
      </label>
      <label>
        {speech.say('compare.pair.a')}
        <select value={pair.a} onChange={({ target }) => choose({ a: target.value as ColumnKey })}>
          {options(pair.b)}
        </select>
      </label>
      <button type="button" onClick={() => change({ pair: { a: pair.b, b: pair.a } })}>
        {speech.say('compare.pair.swap')}
      </button>
    </div>
  );
}
