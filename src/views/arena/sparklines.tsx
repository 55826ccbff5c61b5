// Four small curves of the run, each a way into Curves: loss, margin, accuracy, and what the evaluations measured.

import { type MouseEvent, type ReactNode, useMemo } from 'react';
import type { RunRecord, StepColumn } from '../../lab/record/run-record.ts';
import { Thinned } from '../../lab/record/series.ts';
import type { TextKey } from '../../text/en.ts';
import type { Speech } from '../../text/language.ts';
import { useSpeech, useSurroundings } from '../common/lab-context.ts';
import './sparklines.css';
import {
  boundaries,
  estimates,
  estimatesPath,
  linePath,
  type SparkEstimate,
  type SparkFrame,
  spread,
} from './spark-paths.ts';

const FRAME: SparkFrame = { width: 200, height: 40 };
const MOST_POINTS = 400;

interface Curve {
  readonly chart: string;
  readonly title: TextKey;
  readonly column: StepColumn;
  /** A share: from 0 to 1, written in percent. */
  readonly share?: boolean;
}

const CURVES: readonly Curve[] = [
  { chart: 'loss', title: 'curves.loss', column: 'loss' },
  { chart: 'margin', title: 'curves.margin', column: 'rewards/margins' },
  { chart: 'accuracy', title: 'curves.accuracy', column: 'rewards/accuracies', share: true },
];

export function Sparklines({ record }: { readonly record: RunRecord }) {
  const speech = useSpeech();
  return (
    <nav className="sparks" aria-label={speech.say('arena.sparks')}>
      {CURVES.map((curve) => (
        <StepSpark key={curve.chart} curve={curve} record={record} />
      ))}
      <RoundSpark record={record} />
    </nav>
  );
}

function StepSpark({ curve, record }: { readonly curve: Curve; readonly record: RunRecord }) {
  const speech = useSpeech();
  const { columns } = record;
  const thinned = useMemo(() => new Thinned(columns, curve.column, MOST_POINTS), [columns, curve.column]);
  const buckets = thinned.buckets();
  const across = Math.max(2, columns.length);
  const range =
    curve.share === true ? ([0, 1] as const) : spread(buckets.flatMap(({ first, second }) => [first, second]));
  const last = columns.length === 0 ? Number.NaN : columns.row(columns.length - 1)[curve.column];
  const written = curve.share === true ? speech.percent(last) : speech.number(last, 3);
  return (
    <Spark chart={curve.chart} title={speech.say(curve.title)} latest={Number.isNaN(last) ? null : written}>
      <path className="boundary" d={boundaries(record.finished, columns.length, across, FRAME)} />
      <path className="line" d={linePath(buckets, range, across, FRAME)} />
    </Spark>
  );
}

/** Human-likeness; on data whose truth nobody knows, the loss on held-out human answers. */
function RoundSpark({ record }: { readonly record: RunRecord }) {
  const speech = useSpeech();
  const world = record.rounds.length === 0 || 'human_likeness' in record.rounds[0]!.measures;
  const measure = world ? 'human_likeness' : 'nll';
  const points = estimates(record.rounds, measure);
  const across = Math.max(points.length, (record.configuration?.iterations ?? 0) + 1, 2);
  const paths = estimatesPath(points, across, FRAME);
  return (
    <Spark chart={measure} title={speech.say(`measures.${measure}`)} latest={latestWords(speech, points, world)}>
      <path className="bounds" d={paths.intervals} />
      <path className="line" d={paths.line} />
      <path className="points" d={paths.points} />
    </Spark>
  );
}

function latestWords(speech: Speech, points: readonly SparkEstimate[], share: boolean): string | null {
  const last = points.findLast(({ value }) => Number.isFinite(value));
  if (last === undefined) return null;
  return share ? speech.percent(last.value, 1) : speech.number(last.value, 3);
}

interface SparkProps {
  readonly chart: string;
  readonly title: string;
  /** null: there is none yet. */
  readonly latest: string | null;
  readonly children: ReactNode;
}

function Spark({ chart, title, latest, children }: SparkProps) {
  const { lab, speech } = useSurroundings();
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    lab.page.setState({ view: 'curves', chart });
  };
  return (
    <a className="spark" href={addressOf(chart)} onClick={open}>
      <span className="spark-title">
        {title} <span className="visually-hidden">({speech.say('arena.spark.open')})</span>
      </span>
      <span className="spark-latest">{latest ?? speech.say('arena.spark.none')}</span>
      <svg viewBox={`0 0 ${FRAME.width} ${FRAME.height}`} preserveAspectRatio="none" aria-hidden="true">
        {children}
      </svg>
    </a>
  );
}

/** This page at that chart; the rest of its address stays. */
function addressOf(chart: string): string {
  const query = new URLSearchParams(location.search);
  query.set('view', 'curves');
  query.set('chart', chart);
  return `?${query}`;
}
