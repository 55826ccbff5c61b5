// Which rows are shown and in what order: chips with how many rows each would leave, a family, a text, an order.

import type { ReactNode } from 'react';
import type { ComparedRow } from '../../lab/compare/comparing.ts';
import {
  CHANGES,
  chipCounts,
  groupCounts,
  type RowFilter,
  type RowLook,
  SORTS,
  type Sort,
} from '../../lab/compare/row-filter.ts';
import type { Speech } from '../../text/language.ts';
import { groupName } from './column-names.tsx';
import { useChangeCompare, useCompare } from './compare-state.ts';

interface FilterBarProps {
  readonly rows: readonly ComparedRow[];
  readonly looking: RowLook;
  readonly speech: Speech;
}

/** `children` stand in the same line. */
export function FilterBar({ rows, looking, speech, children }: FilterBarProps & { readonly children: ReactNode }) {
  const change = useChangeCompare();
  const { filter } = looking;
  const set = (part: Partial<RowFilter>) => change({ filter: { ...filter, ...part } });
  const counts = chipCounts(rows, looking);
  return (
    <div className="filter-bar">
      <fieldset className="chips" aria-label={speech.say('compare.filter')}>
        {CHANGES.map((name) => (
          <button
            key={name}
            type="button"
            className="chip-button"
            aria-pressed={filter.change === name}
            onClick={() => set({ change: name })}
          >
            {speech.say(`compare.filter.${name}`)} <span className="count">{speech.number(counts[name])}</span>
          </button>
        ))}
        <button
          type="button"
          className="chip-button"
          aria-pressed={filter.starred}
          onClick={() => set({ starred: !filter.starred })}
        >
          <span aria-hidden="true">★ </span>
          {speech.say('compare.filter.starred')} <span className="count">{speech.number(counts.starred)}</span>
        </button>
      </fieldset>
      <div className="filter-fields">
        <GroupChoice rows={rows} looking={looking} onChoose={(group) => set({ group })} speech={speech} />
        <label>
          {speech.say('compare.search')}
          <input type="search" value={filter.text} onChange={(event) => set({ text: event.target.value })} />
        </label>
        <SortChoice speech={speech} />
        {children}
      </div>
    </div>
  );
}

interface GroupChoiceProps extends FilterBarProps {
  readonly onChoose: (group: string | null) => void;
}

/** Nothing where all rows are of one kind. */
function GroupChoice({ rows, looking, onChoose, speech }: GroupChoiceProps) {
  const counts = groupCounts(rows, looking);
  if (counts.size < 2) return null;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const option = (name: string, n: number) => speech.say('compare.group', { name, n });
  return (
    <label>
      {speech.say('compare.family')}
      <select value={looking.filter.group ?? ''} onChange={({ target }) => onChoose(target.value || null)}>
        <option value="">{option(speech.say('compare.family.all'), all)}</option>
        {[...counts].map(([name, count]) => (
          <option key={name} value={name}>
            {option(groupName(speech, name), count)}
          </option>
        ))}
      </select>
    </label>
  );
}

function SortChoice({ speech }: Pick<FilterBarProps, 'speech'>) {
  const change = useChangeCompare();
  const sort = useCompare((state) => state.sort);
  return (
    <label>
      {speech.say('compare.sort')}
      <select value={sort} onChange={({ target }) => change({ sort: target.value as Sort })}>
        {SORTS.map((one) => (
          <option key={one} value={one}>
            {speech.say(`compare.sort.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
