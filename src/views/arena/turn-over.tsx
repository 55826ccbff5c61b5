// The idea of SPIN in one motion: when an iteration has turned over, the main player's mark becomes the opponent's, and words say so.

import { useEffect, useRef, useState } from 'react';
import type { RunRecord } from '../../lab/record/run-record.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { useSpeech } from '../common/lab-context.ts';

/** How long the words stay. */
const SAID_MS = 6000;

/** How many turns have been seen of a run that is played now; 0 once the last one has been said for long enough. */
export function useTurn(record: RunRecord, live: boolean): number {
  const seen = useRef({ record, finished: record.finished.length });
  const [turn, setTurn] = useState(0);
  const finished = record.finished.length;
  useEffect(() => {
    const before = seen.current;
    seen.current = { record, finished };
    if (live && before.record === record && finished > before.finished) setTurn(finished);
  }, [record, live, finished]);
  useEffect(() => {
    if (turn === 0) return;
    const over = setTimeout(() => setTurn(0), SAID_MS);
    return () => clearTimeout(over);
  }, [turn]);
  return turn;
}

/** The opponent's name, and for a while after a turn who it was. @param turn as of `useTurn` */
export function OpponentName({ turn }: { readonly turn: number }) {
  const speech = useSpeech();
  const opponent = <PlayerName who="opponent" name={speech.say('who.opponent')} />;
  if (turn === 0) return opponent;
  return (
    <span className="turn-over" key={turn}>
      <span className="was" aria-hidden="true">
        <PlayerName who="player" name={speech.say('who.player')} />
      </span>
      <span className="is">{opponent}</span>
    </span>
  );
}

/** Says what the motion shows, and to whom nothing moves. */
export function TurnWords({ turn }: { readonly turn: number }) {
  const speech = useSpeech();
  return turn === 0 ? null : <p className="quiet">{speech.say('arena.turn')}</p>;
}
