// The last pairs played, newest first, each to be stepped back into. It keeps still while somebody points at it.

import { memo, useState } from 'react';
import type { PairLine } from '../../folder/lines.ts';
import { pairKey } from '../../folder/lines.ts';
import type { RunRecord } from '../../lab/record/run-record.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { languageOf } from '../../ui/verdict.tsx';
import { FittedRows } from '../common/fitted-rows.tsx';
import { useSpeech } from '../common/lab-context.ts';
import './pair-list.css';
import { PairVerdict } from './pair-verdict.tsx';

/** Shown at first, and then at most. */
const FIRST = 8;
const MOST = 64;

interface ListProps {
  readonly record: RunRecord;
  /** The key of the pair that is looked at. */
  readonly looked: string | null;
  readonly onChoose: (pair: PairLine) => void;
}

export function PairList({ record, looked, onChoose }: ListProps) {
  const speech = useSpeech();
  const { pairs, answered, skipped, truncated } = record;
  const [all, setAll] = useState(false);
  const { held, waiting, holding } = useHeld(pairs);
  const shown = held.slice(0, all ? MOST : FIRST);
  return (
    <section className="pair-list" aria-labelledby="pairs-title" {...holding}>
      <h2 id="pairs-title">
        {speech.say('pairs.title')}{' '}
        {waiting > 0 && <span className="quiet">{speech.say('pairs.more', { n: waiting })}</span>}
      </h2>
      <FittedRows />
      {/* Its place is kept between iterations, so that the list stays where it is. */}
      <p className="quiet pair-count">
        {answered !== null &&
          speech.join(
            speech.say('pairs.count', {
              n: answered.done,
              of: answered.total,
              iteration: answered.iteration + 1,
              identical: answered.identical,
              cut: answered.truncated,
            }),
            skipped + truncated > 0 ? speech.say('pairs.unfit', { skipped, truncated }) : '',
          )}
      </p>
      {shown.length === 0 ? (
        <p className="quiet">{speech.say('pairs.empty')}</p>
      ) : (
        <ul aria-label={speech.say('pairs.scroll')}>
          {shown.map((pair) => (
            <PairItem key={pairKey(pair)} pair={pair} pressed={looked === pairKey(pair)} onChoose={onChoose} />
          ))}
          {held.length > FIRST && (
            <li>
              <button type="button" className="further" aria-expanded={all} onClick={() => setAll(!all)}>
                {speech.say(all ? 'pairs.fewer' : 'pairs.further')}
              </button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

interface ItemProps {
  readonly pair: PairLine;
  readonly pressed: boolean;
  readonly onChoose: (pair: PairLine) => void;
}

const PairItem = memo(function PairItem({ pair, pressed, onChoose }: ItemProps) {
  const speech = useSpeech();
  const lang = languageOf(pair.fault);
  const answer = (who: 'human' | 'opponent', text: string | null) => (
    <span className="said">
      <PlayerName who={who} name="" />
      <span className="visually-hidden">{speech.say(`who.${who}`)}: </span>
      <span className="words" translate="no" lang={lang}>
        {text || '…'}
      </span>
    </span>
  );
  return (
    <li>
      <button type="button" aria-pressed={pressed} onClick={() => onChoose(pair)}>
        <span className="quiet" translate="no" lang={lang}>
          {pair.prompt}
        </span>
        {answer('human', pair.real)}
        {answer('opponent', pair.generated)}
        <PairVerdict pair={pair} />
      </button>
    </li>
  );
});

/** The newest pairs; while the pointer or the focus is within, those that were there when it came. */
function useHeld(pairs: readonly PairLine[]) {
  const [held, setHeld] = useState<readonly PairLine[] | null>(null);
  const first = held?.[0];
  const found = first === undefined ? -1 : pairs.indexOf(first);
  const hold = () => setHeld((before) => before ?? pairs);
  const release = () => setHeld(null);
  return {
    // Of another run, or long past: the newest again.
    held: found < 0 ? pairs : (held ?? pairs),
    waiting: Math.max(0, found),
    holding: { onPointerEnter: hold, onPointerLeave: release, onFocus: hold, onBlur: release },
  };
}
