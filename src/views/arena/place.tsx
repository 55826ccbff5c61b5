// Where the pair stands in the run: its iteration, which of the watched pairs it is, and the step at which it is seen, to be moved and
// played.

import { useEffect, useState } from 'react';
import { pairKey } from '../../folder/lines.ts';
import type { Sight } from '../../lab/arena/arena-choice.ts';
import { useSpeech } from '../common/lab-context.ts';

const PLAY_EVERY_MS = 500;

interface PlaceProps {
  readonly sight: Sight;
  /** Steps that the iteration has, planned or done. */
  readonly steps: number;
  /** The run is left: a way back to it is shown. */
  readonly away: boolean;
  readonly onStep: (step: number | null) => void;
  readonly onPair: (key: string) => void;
  readonly onFollow: () => void;
}

export function Place({ sight, steps, away, onStep, onPair, onFollow }: PlaceProps) {
  const speech = useSpeech();
  const { line, keys } = sight;
  const own = keys.indexOf(pairKey(line));
  const turnTo = (by: number) => onPair(keys[(own + by + keys.length) % keys.length]!);
  return (
    <div className="pair-place">
      <strong>{speech.say('arena.place', { n: line.iteration + 1 })}</strong>
      {keys.length > 1 && (
        <span className="which">
          <button type="button" aria-label={speech.say('arena.pair.previous')} onClick={() => turnTo(-1)}>
            <span aria-hidden="true">‹</span>
          </button>
          <span>{speech.say('arena.pair', { n: own + 1, of: keys.length })}</span>
          <button type="button" aria-label={speech.say('arena.pair.next')} onClick={() => turnTo(1)}>
            <span aria-hidden="true">›</span>
          </button>
        </span>
      )}
      <Scrubber sight={sight} steps={steps} onStep={onStep} />
      {away && (
        <button type="button" onClick={onFollow}>
          {speech.say('arena.follow')}
        </button>
      )}
    </div>
  );
}

function Scrubber({ sight, steps, onStep }: Pick<PlaceProps, 'sight' | 'steps' | 'onStep'>) {
  const speech = useSpeech();
  const last = sight.steps.length - 1;
  const moveTo = (at: number) => onStep(at >= last ? null : sight.steps[at]!);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    const next = setTimeout(() => {
      if (sight.at >= last) setPlaying(false);
      else moveTo(sight.at + 1);
    }, PLAY_EVERY_MS);
    return () => clearTimeout(next);
  });
  const play = () => {
    if (!playing && sight.at === last) moveTo(0);
    setPlaying(!playing);
  };
  const words = speech.say('arena.step', { step: sight.line.step, of: steps });
  return (
    <span className="scrubber">
      <button type="button" disabled={last === 0} onClick={play}>
        <span aria-hidden="true">{playing ? '■' : '▶'}</span>
        <span className="visually-hidden">{speech.say(playing ? 'arena.rest' : 'arena.play')}</span>
      </button>
      <input
        type="range"
        min={0}
        max={Math.max(1, last)}
        value={last === 0 ? 1 : sight.at}
        disabled={last === 0}
        aria-label={speech.say('arena.scrub')}
        aria-valuetext={words}
        onChange={(event) => {
          setPlaying(false);
          moveTo(event.target.valueAsNumber);
        }}
      />
      <span className="at">{words}</span>
    </span>
  );
}
