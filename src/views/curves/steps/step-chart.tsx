// One chart of what the training steps saw. Takes its turn, hands what is to be drawn to the chart, and draws nothing itself.

import { lazy, memo, Suspense, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import type { Speech } from '../../../text/language.ts';
import { ChartFigure } from '../../../ui/chart/chart-figure.tsx';
import type { ChartGroup } from '../../../ui/chart/chart-group.ts';
import { CursorLayer } from '../../../ui/chart/cursor-layer.tsx';
import type { CurveOptions } from '../curve-options.ts';
import type { StepCurve } from './curve-list.ts';
import { MARKS, numberWords } from './number-words.ts';
import { latestX, Readout, readAloud } from './readout.tsx';
import { type DrawnChart, type StepDrawing, stepDrawing } from './step-drawing.ts';
import { stepTable } from './step-table.ts';
import { useTurn } from './use-turn.ts';

/** The chart library is as large as all the rest: the page does not wait for it. */
export const loadLineChart = () => import('../../../ui/chart/line-chart.tsx');
const LineChart = lazy(loadLineChart);

export interface StepChartProps {
  readonly curve: StepCurve;
  readonly drawn: DrawnChart;
  readonly options: CurveOptions;
  readonly group: ChartGroup;
  readonly revision: () => number;
  readonly speech: Speech;
}

export const StepChart = memo(function StepChart({ curve, drawn, options, group, revision, speech }: StepChartProps) {
  const figure = useRef<HTMLElement>(null);
  const window = useStore(group, (state) => state.window);
  const wanted = useMemo(() => ({ drawn, options, window }), [drawn, options, window]);
  const turn = useTurn(figure, wanted, revision);
  const drawing = useMemo(
    () => turn && stepDrawing(curve, turn.wanted.drawn, turn.wanted.options, turn.wanted.window),
    [curve, turn],
  );
  const words = useWords(curve, drawing, turn?.wanted.options ?? options, speech);
  const title = speech.say(curve.title);
  const help = speech.say(curve.help);
  return (
    <ChartFigure
      id={`chart-${curve.id}`}
      {...{ figure, title, help, speech }}
      unit={curve.unit === undefined ? '' : speech.say(curve.unit)}
      xLabel={speech.say(`curves.x.${options.x}`)}
      run={drawn.run.name}
      legend={drawing?.lines.filter(({ faint }) => faint !== true) ?? []}
      label={
        drawing === null ? title : `${title}: ${readAloud(drawing, latestX(drawing), words.exact, speech)}. ${help}`
      }
      note={drawing === null ? '' : noteOf(drawing, turn?.wanted.options ?? options, speech)}
      readout={drawing && <Readout {...{ group, drawing, speech }} format={words.exact} place={words.place} />}
      table={() => stepTable([drawn.run, ...drawn.overlays], curve.columns)}
      onWhole={window === null ? null : () => group.setState({ window: null })}
      plot={(width) =>
        drawing && (
          <Suspense>
            <LineChart drawing={drawing} width={width} formatX={words.x} formatY={words.tick} />
          </Suspense>
        )
      }
      over={(width) =>
        drawing && (
          <CursorLayer
            {...{ group, width }}
            x={drawing.x}
            whole={drawing.whole}
            label={speech.say('chart.cursor', { title })}
            step={words.step}
            read={words.read}
          />
        )
      }
    />
  );
});

function noteOf({ log, dropped }: StepDrawing, options: CurveOptions, speech: Speech): string {
  if (options.log && !log) return speech.say('curves.linear');
  return dropped ? speech.say('curves.dropped') : '';
}

const NOWHERE: readonly number[] = [0, 1];

/** How the chart's numbers and places are written; stable while the drawing is, so that the plot is not drawn again. */
function useWords(curve: StepCurve, drawing: StepDrawing | null, { x }: CurveOptions, speech: Speech) {
  return useMemo(() => {
    const { share = false } = curve;
    const [yTicks, log] = [drawing?.yTicks ?? NOWHERE, drawing?.log ?? false];
    const exact = numberWords(speech, yTicks, { share, log, more: 2 });
    const place = (at: number) => speech.say(`curves.at.${x}`, { n: at });
    return {
      exact,
      place,
      x: numberWords(speech, drawing?.xTicks ?? NOWHERE, MARKS),
      tick: numberWords(speech, yTicks, { share, log, more: 0, short: true }),
      step: (at: number, by: number) => (drawing === null ? at : further(drawing, at, by)),
      read: (at: number) => (drawing === null ? '' : `${place(at)}: ${readAloud(drawing, at, exact, speech)}`),
    };
  }, [curve, drawing, x, speech]);
}

function further({ axis }: StepDrawing, x: number, by: number): number {
  return axis.at(Math.min(axis.length - 1, Math.max(0, axis.nearest(x) + by)));
}
