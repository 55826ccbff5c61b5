// How the charts are looked at: smoothing, axes, which are shown, and the runs beside. Changes options, draws nothing.

import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Speech } from '../../text/language.ts';
import type { ChartGroup } from '../../ui/chart/chart-group.ts';
import { Popover } from '../../ui/popover.tsx';
import { curveOptions, MOST_SMOOTHING, X_AXES, type XAxisName } from './curve-options.ts';

export interface ChartChoice {
  readonly id: string;
  readonly title: string;
}

export interface ToolbarProps {
  readonly charts: readonly ChartChoice[];
  readonly group: ChartGroup;
  readonly speech: Speech;
  /** Chooses other runs to lay over. */
  readonly chooser: ReactNode;
}

export function Toolbar({ charts, group, speech, chooser }: ToolbarProps) {
  const { log } = useStore(curveOptions);
  const zoomed = useStore(group, ({ window }) => window !== null);
  return (
    <div className="curves-toolbar">
      <Smoothing speech={speech} />
      <AxisChoice group={group} speech={speech} />
      <label className="check">
        <input type="checkbox" checked={log} onChange={() => curveOptions.setState({ log: !log })} />
        {speech.say('curves.log')}
      </label>
      <ShownCharts charts={charts} speech={speech} />
      {chooser}
      <button type="button" disabled={!zoomed} onClick={() => group.setState({ window: null })}>
        {speech.say('curves.whole')}
      </button>
    </div>
  );
}

function Smoothing({ speech }: { readonly speech: Speech }) {
  const smoothing = useStore(curveOptions, (options) => options.smoothing);
  const words = smoothing === 0 ? speech.say('curves.smoothing.off') : speech.number(smoothing, 2);
  return (
    <label className="smoothing" title={speech.say('curves.smoothing.help')}>
      {speech.say('curves.smoothing')}
      <input
        type="range"
        min={0}
        max={MOST_SMOOTHING}
        step={0.01}
        value={smoothing}
        aria-valuetext={words}
        onChange={({ target }) => curveOptions.setState({ smoothing: Number(target.value) })}
      />
      <span className="value">{words}</span>
    </label>
  );
}

function AxisChoice({ group, speech }: { readonly group: ChartGroup; readonly speech: Speech }) {
  const x = useStore(curveOptions, (options) => options.x);
  const choose = (name: XAxisName) => {
    curveOptions.setState({ x: name });
    // Places on one axis are none on another.
    group.setState({ cursor: null, window: null });
  };
  return (
    <label>
      {speech.say('curves.x')}
      <select value={x} onChange={({ target }) => choose(target.value as XAxisName)}>
        {X_AXES.map((name) => (
          <option key={name} value={name}>
            {speech.say(`curves.x.${name}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

function ShownCharts({ charts, speech }: { readonly charts: readonly ChartChoice[]; readonly speech: Speech }) {
  const hidden = useStore(curveOptions, (options) => options.hidden);
  const toggle = (id: string) =>
    curveOptions.setState({ hidden: hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id] });
  const shown = charts.filter(({ id }) => !hidden.includes(id)).length;
  return (
    <Popover button={speech.say('curves.shown', { n: shown, of: charts.length })}>
      <ul className="curves-choices">
        {charts.map(({ id, title }) => (
          <li key={id}>
            <label className="check">
              <input type="checkbox" checked={!hidden.includes(id)} onChange={() => toggle(id)} />
              {title}
            </label>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
