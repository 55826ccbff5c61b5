// The live curves: what each training step saw, thinned for drawing, one chart a turn. Draws; computes no metric.

import { lazy, memo, type RefObject, Suspense, startTransition, useEffect, useMemo, useRef, useState } from 'react';
import { axisTicks, reducedRows } from '../lab/columns.ts';
import type { RunRecord, StepColumn } from '../lab/record.ts';
import type { TextKey } from '../text/en.ts';
import type { Speech } from '../text/language.ts';
import type { ChartLine, ChartPoint } from '../ui/line-chart.tsx';
import { Scroller } from '../ui/scroller.tsx';
import { Empty, Section } from '../ui/section.tsx';
import { useRecord, useSpeech, useSurroundings } from './lab-context.ts';
import { takeTurn } from './turns.ts';

/** The chart library is as large as all the rest: the page does not wait for it. */
const loadChart = () => import('../ui/line-chart.tsx');
const LineChart = lazy(loadChart);

const MOST_POINTS = 400;
const REDRAW_MS = 500;
const TABLE_ROWS = 8;

interface Curve {
  readonly title: TextKey;
  readonly help: TextKey;
  readonly unit?: TextKey;
  readonly columns: readonly [StepColumn, StepColumn?];
  /** A share: written in percent, from 0 to 1. */
  readonly share?: boolean;
}

const CURVES: readonly Curve[] = [
  { title: 'curves.loss', help: 'curves.loss.help', columns: ['loss'] },
  {
    title: 'curves.logps',
    help: 'curves.logps.help',
    unit: 'curves.logps.unit',
    columns: ['logps/real', 'logps/generated'],
  },
  {
    title: 'curves.rewards',
    help: 'curves.rewards.help',
    unit: 'curves.rewards.unit',
    columns: ['rewards/real', 'rewards/generated'],
  },
  { title: 'curves.margin', help: 'curves.margin.help', unit: 'curves.rewards.unit', columns: ['rewards/margins'] },
  {
    title: 'curves.accuracy',
    help: 'curves.accuracy.help',
    columns: ['rewards/accuracies'],
    share: true,
  },
];

const SHARE_TICKS = [0, 0.25, 0.5, 0.75, 1];

const REAL: ChartLine = { key: 'a', className: 'real', colour: 'var(--human)' };
const GENERATED: ChartLine = { key: 'b', className: 'generated', colour: 'var(--opponent)', dash: '5 3' };
const PLAYER: ChartLine = { key: 'a', className: 'player', colour: 'var(--player)' };
const TWO_LINES = [REAL, GENERATED];
const ONE_LINE = [PLAYER];

export function Curves() {
  const speech = useSpeech();
  const record = useRecord();
  useEffect(() => void loadChart(), []);
  return (
    <Section id="curves" title={speech.say('curves.title')}>
      {record.columns.length === 0 ? (
        <Empty>{speech.say('curves.empty')}</Empty>
      ) : (
        <>
          <Legend speech={speech} />
          <div className="charts">
            {CURVES.map((curve) => (
              <CurveChart key={curve.title} curve={curve} />
            ))}
          </div>
          <LatestSteps record={record} speech={speech} />
        </>
      )}
    </Section>
  );
}

function Legend({ speech }: { readonly speech: Speech }) {
  return (
    <ul className="legend">
      <li className="who human">
        <span aria-hidden="true">━━ </span>
        {speech.say('curves.real')}
      </li>
      <li className="who opponent">
        <span aria-hidden="true">╍╍ </span>
        {speech.say('curves.generated')}
      </li>
      <li className="who player">
        <span aria-hidden="true">━━ </span>
        {speech.say('who.player')}
      </li>
      <li className="quiet">{speech.say('curves.across')}</li>
    </ul>
  );
}

/**
 * The revision that a chart should draw, and null before its first turn. Charts take turns, each at most twice a second and none while
 * scrolled away: a redraw costs the page ten times what a step's event does.
 */
function useTurn(figure: RefObject<HTMLElement | null>): number | null {
  const { store } = useSurroundings().lab.session;
  const [mine, setMine] = useState<number | null>(null);
  useEffect(() => {
    let seen = true;
    let shown = true;
    let timer: ReturnType<typeof setTimeout>;
    const look = () =>
      takeTurn(() => {
        if (!shown) return;
        // In slices: what the page is asked meanwhile comes first.
        if (seen) startTransition(() => setMine(store.getState().revision));
        timer = setTimeout(look, REDRAW_MS);
      });
    look();
    // What comes into sight is drawn at its next turn, so its margin is a turn's scrolling.
    const observer = new IntersectionObserver(
      ([entry]) => {
        seen = entry?.isIntersecting ?? true;
      },
      { rootMargin: '400px' },
    );
    if (figure.current !== null) observer.observe(figure.current);
    return () => {
      shown = false;
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [store, figure]);
  return mine;
}

const CurveChart = memo(function CurveChart({ curve }: { readonly curve: Curve }) {
  const speech = useSpeech();
  const { record } = useSurroundings().lab.session;
  const figure = useRef<HTMLElement>(null);
  const revision = useTurn(figure);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says that the record's columns have changed
  const drawn = useMemo(() => drawing(record, curve), [record, curve, revision]);
  const tickFormat = useMemo(() => formatOf(speech, curve, drawn.yTicks, 0), [speech, curve, drawn.yTicks]);
  const format = formatOf(speech, curve, drawn.yTicks, 1);
  const title = speech.say(curve.title);
  const last = revision === null ? undefined : drawn.points.at(-1);
  const two = curve.columns[1] !== undefined;
  const words = last === undefined ? '' : [format(last.a), ...(two ? [format(last.b)] : [])].join(' / ');
  return (
    <figure ref={figure}>
      <figcaption>
        <span className="chart-title" title={speech.say(curve.help)}>
          {title}
        </span>
        {curve.unit && <span className="quiet"> {speech.say(curve.unit)}</span>}
        <output className="latest">{words}</output>
      </figcaption>
      {revision === null ? (
        <div className="chart" />
      ) : (
        <Suspense fallback={<div className="chart" />}>
          <LineChart
            points={drawn.points}
            lines={two ? TWO_LINES : ONE_LINE}
            xRange={drawn.xRange}
            yTicks={drawn.yTicks}
            marks={drawn.marks}
            label={`${title}: ${words}. ${speech.say(curve.help)}`}
            format={tickFormat}
          />
        </Suspense>
      )}
    </figure>
  );
});

interface Drawing {
  readonly points: readonly ChartPoint[];
  readonly xRange: readonly [number, number];
  readonly yTicks: readonly number[];
  readonly marks: readonly number[];
}

function drawing(record: RunRecord, { columns: [first, second], share = false }: Curve): Drawing {
  const a = record.columns.column(first);
  const b = second === undefined ? a : record.columns.column(second);
  const rows = reducedRows(a, MOST_POINTS);
  const iterations = record.columns.column('iteration');
  const marks: number[] = [];
  for (let row = 1; row < iterations.length; row++) if (iterations[row] !== iterations[row - 1]) marks.push(row + 0.5);
  const begun = Math.floor(marks.at(-1) ?? 0);
  return {
    points: rows.map((row) => ({ x: row + 1, a: a[row]!, b: b[row]! })),
    xRange: [0, Math.max(1, a.length, begun + (record.started?.steps ?? 0))],
    yTicks: share ? SHARE_TICKS : axisTicks([a, b]),
    marks,
  };
}

/** As many digits as the axis's marks need, and `more`. */
function formatOf(speech: Speech, { share = false }: Curve, ticks: readonly number[], more: number) {
  if (share) return (value: number): string => speech.percent(value);
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const digits = Math.min(4, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) + more);
  return (value: number): string => speech.number(value, digits);
}

/** The curves' last points as text: for those who do not see them, and for exact numbers. */
function LatestSteps({ record, speech }: { readonly record: RunRecord; readonly speech: Speech }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="latest-steps" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{speech.say('curves.table')}</summary>
      {open && <StepsTable record={record} speech={speech} />}
    </details>
  );
}

function StepsTable({ record, speech }: { readonly record: RunRecord; readonly speech: Speech }) {
  const { columns } = record;
  const names = CURVES.flatMap((curve) => curve.columns.filter((name) => name !== undefined));
  const rows = Array.from({ length: Math.min(TABLE_ROWS, columns.length) }, (_, back) =>
    columns.row(columns.length - 1 - back),
  );
  return (
    <Scroller label={speech.say('curves.table')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{speech.say('curves.iteration')}</th>
            <th scope="col">{speech.say('curves.step')}</th>
            {names.map((name) => (
              <th scope="col" key={name}>
                <code>{name}</code>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.iteration} ${row.step}`}>
              <td>{row.iteration + 1}</td>
              <td>{row.step + 1}</td>
              {names.map((name) => (
                <td key={name}>{speech.number(row[name], 4)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
