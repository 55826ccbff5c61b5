// What the main player makes of a pair: a plot of the loss with the pair's point on it, the batch's points faint, and the numbers.

import type { WatchedLine } from '../../folder/lines.ts';
import { type MarginNumbers, marginNumbers } from '../../lab/arena/arena-choice.ts';
import type { LossName } from '../../spin/losses.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { useSpeech } from '../common/lab-context.ts';
import { signed } from './arena-words.ts';
import { lossCurve } from './loss-curve.ts';

const BOX = { width: 280, height: 112 };
/** Below the box, for the axis's numbers. */
const AXIS = 20;
const MARKS = { 'told-apart': '✓', 'taken-in': '✗', tie: '=' } as const;

interface MarginProps {
  readonly line: WatchedLine;
  readonly loss: LossName;
  /** λ·margins of the batch; empty where it is of another moment. */
  readonly batch: readonly number[];
}

export function Margin({ line, loss, batch }: MarginProps) {
  const speech = useSpeech();
  const numbers = marginNumbers(line, loss);
  const rows = [
    ['arena.real', signed(speech, numbers.real)],
    ['arena.generated', signed(speech, numbers.generated)],
    ['arena.margin', signed(speech, numbers.margin)],
    ['arena.scaled', signed(speech, numbers.scaled, 3)],
    ['arena.loss', speech.number(numbers.loss, 3)],
    ['arena.weight', speech.number(numbers.weight, 3)],
  ] as const;
  return (
    <div className="pair-margin">
      <p className="says" title={speech.say(`arena.says.${numbers.says}.help`)}>
        <PlayerName who="player" name={speech.say('who.player')} />{' '}
        <strong>
          <span aria-hidden="true">{MARKS[numbers.says]} </span>
          {speech.say(`arena.says.${numbers.says}`)}
        </strong>
      </p>
      <Plot numbers={numbers} loss={loss} batch={batch} />
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt title={speech.say(`${name}.help`)}>{speech.say(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface PlotProps {
  readonly numbers: MarginNumbers;
  readonly loss: LossName;
  readonly batch: readonly number[];
}

function Plot({ numbers: { scaled, loss: height }, loss, batch }: PlotProps) {
  const speech = useSpeech();
  const { range, path, place } = lossCurve(loss, [scaled, ...batch], BOX);
  const own = place(scaled);
  const zero = place(0).x;
  const values = { t: signed(speech, scaled, 3), loss: speech.number(height, 3), n: batch.length };
  return (
    <svg
      className="loss-plot"
      viewBox={`-8 0 ${BOX.width + 16} ${BOX.height + AXIS}`}
      role="img"
      aria-label={speech.say(batch.length > 0 ? 'arena.plot' : 'arena.plot.alone', values)}
    >
      <path className="axis" d={`M0 ${BOX.height}H${BOX.width}M${zero} 0V${BOX.height}`} />
      <path className="curve" d={path} />
      <path className="batch" d={batch.map((t) => pointPath(place(t))).join('')} />
      <g className="own" style={{ transform: `translate(${own.x}px, ${own.y}px)` }}>
        <circle r="6" />
        <text x={own.x > BOX.width / 2 ? -10 : 10} y="-8" textAnchor={own.x > BOX.width / 2 ? 'end' : 'start'}>
          {signed(speech, scaled, 2)}
        </text>
      </g>
      <g className="ticks">
        <text x="0" y={BOX.height + AXIS - 5}>
          {speech.number(range[0])}
        </text>
        <text x={zero} y={BOX.height + AXIS - 5} textAnchor="middle">
          {speech.number(0)}
        </text>
        <text x={BOX.width} y={BOX.height + AXIS - 5} textAnchor="end">
          {signed(speech, range[1], 0)}
        </text>
        <text className="axis-name" x={zero + 6} y="10">
          ℓ
        </text>
      </g>
    </svg>
  );
}

/** A point of a path with round caps. */
const pointPath = ({ x, y }: { readonly x: number; readonly y: number }): string =>
  `M${x.toFixed(1)} ${y.toFixed(1)}h0`;
