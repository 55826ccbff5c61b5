// What can be done with one chart: take it away as a picture or as numbers, see it as a table.

import type { Speech } from '../../text/language.ts';
import { Popover } from '../popover.tsx';

export interface ChartMenuProps {
  readonly title: string;
  readonly speech: Speech;
  readonly tableShown: boolean;
  readonly onTable: () => void;
  readonly onPng: () => void;
  readonly onSvg: () => void;
  readonly onCsv: () => void;
  /** null: everything is shown already. */
  readonly onWhole: (() => void) | null;
}

export function ChartMenu({ title, speech, tableShown, onTable, onPng, onSvg, onCsv, onWhole }: ChartMenuProps) {
  const items = [
    ...(onWhole === null ? [] : [{ label: speech.say('chart.whole'), act: onWhole }]),
    { label: speech.say(tableShown ? 'chart.table.hide' : 'chart.table.show'), act: onTable },
    { label: speech.say('chart.png'), act: onPng },
    { label: speech.say('chart.svg'), act: onSvg },
    { label: speech.say('chart.csv'), act: onCsv },
  ];
  return (
    <Popover
      className="chart-menu"
      label={speech.say('chart.menu', { title })}
      button={<span aria-hidden="true">⋯</span>}
      closesOnPress
    >
      <ul className="chart-menu-items">
        {items.map(({ label, act }) => (
          <li key={label}>
            <button type="button" onClick={act}>
              {label}
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
