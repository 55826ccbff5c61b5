// All charts of a run with what belongs to them: how they are looked at, the legend, the measures. It takes runs, so that others than the
// session's can be drawn.

import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Round } from '../../lab/record/run-record.ts';
import type { TextKey } from '../../text/en.ts';
import type { Speech } from '../../text/language.ts';
import { createChartGroup } from '../../ui/chart/chart-group.ts';
import { Empty, Section } from '../../ui/section.tsx';
import { curveOptions } from './curve-options.ts';
import { Legend } from './legend.tsx';
import { MeasureChart, type MeasuredRun } from './measures/measure-charts.tsx';
import { measuresOf } from './measures/measure-interval.ts';
import { MeasuresTable } from './measures/measures-table.tsx';
import { Differences } from './overlay-differences.tsx';
import { PairChart } from './pair-charts.tsx';
import { measureId, PAIR_CURVES, STEP_CURVES } from './steps/curve-list.ts';
import { type DrawnRun, grouped, membersName, type OverlaidRun } from './steps/drawn-run.ts';
import { loadLineChart, StepChart } from './steps/step-chart.tsx';
import { holdTurns } from './steps/turns.ts';
import { type ChartChoice, Toolbar } from './toolbar.tsx';
import './curves-view.css';

export interface CurvesViewProps {
  readonly run: DrawnRun;
  readonly overlays: readonly OverlaidRun[];
  readonly control: readonly Round[] | null;
  /** Of the records: they have changed where it has. Stable. */
  readonly revision: () => number;
  /** The chart to bring into sight, by its id without `chart-`. */
  readonly focusChart: string | null;
  readonly chooser: ReactNode;
  readonly speech: Speech;
}

export function CurvesView(props: CurvesViewProps) {
  const { run, overlays, control, focusChart, chooser, speech } = props;
  const [group] = useState(createChartGroup);
  const { rounds } = run.record;
  useEffect(() => holdTurns(loadLineChart()), []);
  const begun = run.record.columns.length > 0 || rounds.length > 0;
  useFocused(focusChart, begun);
  return (
    <>
      <Section id="curves" title={speech.say('curves.title')}>
        {!begun && (
          <div className="curves-empty">
            <Empty>{speech.say('curves.empty')}</Empty>
          </div>
        )}
        {begun && <Toolbar charts={choices(rounds, speech)} {...{ group, chooser, speech }} />}
        {begun && <Differences run={run} overlays={overlays} speech={speech} />}
        {begun && <Legend run={run} overlays={overlays} control={control !== null} speech={speech} />}
        {begun && <Charts {...props} group={group} />}
      </Section>
      <Section id="measures" title={speech.say('measures.title')}>
        <MeasuresTable rounds={rounds} control={control} speech={speech} />
      </Section>
    </>
  );
}

/** Scrolls to a chart and gives it the focus, once it is there. */
function useFocused(id: string | null, begun: boolean): void {
  useEffect(() => {
    if (id === null || !begun) return;
    const chart = document.getElementById(`chart-${id}`);
    chart?.scrollIntoView({ block: 'center' });
    chart?.focus({ preventScroll: true });
  }, [id, begun]);
}

/** Every chart that there is for this run. */
function choices(rounds: readonly Round[], speech: Speech): ChartChoice[] {
  const named = (id: string, title: TextKey): ChartChoice => ({ id, title: speech.say(title) });
  const [first] = rounds;
  return [
    ...[...STEP_CURVES, ...PAIR_CURVES].map(({ id, title }) => named(id, title)),
    ...(first === undefined ? [] : measuresOf(first).map((name) => named(measureId(name), `measures.${name}`))),
  ];
}

function Charts(props: CurvesViewProps & { readonly group: ReturnType<typeof createChartGroup> }) {
  const { run, overlays, control, revision, speech, group, focusChart } = props;
  const options = useStore(curveOptions);
  const drawn = useMemo(
    () => ({ run, overlays, names: [speech.say('curves.real'), speech.say('curves.generated')] as const }),
    [run, overlays, speech],
  );
  const { rounds } = run.record;
  const measured = useMemo(
    () => measuredRuns(run, rounds, overlays, control, speech),
    [run, rounds, overlays, control, speech],
  );
  const [first] = rounds;
  // One that is asked for by a link is shown whatever was chosen before.
  const shown = ({ id }: { readonly id: string }) => id === focusChart || !options.hidden.includes(id);
  const measures = first === undefined ? [] : measuresOf(first).filter((name) => shown({ id: measureId(name) }));
  return (
    <div className="charts">
      {STEP_CURVES.filter(shown).map((curve) => (
        <StepChart key={curve.id} {...{ curve, drawn, options, group, revision, speech }} />
      ))}
      {PAIR_CURVES.filter(shown).map((curve) => (
        <PairChart key={curve.id} {...{ curve, run, revision, speech }} />
      ))}
      {measures.map((name) => (
        <MeasureChart key={name} name={name} runs={measured} speech={speech} />
      ))}
    </div>
  );
}

function measuredRuns(
  run: DrawnRun,
  rounds: readonly Round[],
  overlays: readonly OverlaidRun[],
  control: readonly Round[] | null,
  speech: Speech,
): readonly MeasuredRun[] {
  return [
    { name: run.name, colour: overlays.length > 0 ? run.colour : null, control: false, rounds },
    ...(control === null ? [] : [{ name: speech.say('curves.control'), colour: null, control: true, rounds: control }]),
    ...grouped(overlays).map((members) => ({
      name: membersName(members),
      colour: members[0].colour,
      control: false,
      rounds: members[0].record.rounds,
      ...(members.length > 1 && { group: members.map(({ record }) => record.rounds) }),
    })),
  ];
}
