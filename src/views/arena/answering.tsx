// While the opponent answers: the newest pairs, the opponent's words appearing one after the other.

import type { PairLine } from '../../folder/lines.ts';
import { pairKey } from '../../lab/watcher.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { languageOf } from '../../ui/verdict.tsx';
import { useSpeech } from '../lab-context.ts';
import { OpponentName, TurnWords } from './turn-over.tsx';

/** Rows of the batch that are shown. */
const ROWS = 3;
/** From an answer's first word to its last. */
const APPEARING_MS = 250;

export function Answering({ pairs, turn }: { readonly pairs: readonly PairLine[]; readonly turn: number }) {
  const speech = useSpeech();
  return (
    <>
      <p className="arena-prompt quiet">{speech.say('arena.answering')}</p>
      <div className="arena-answering">
        <h2>
          <PlayerName who="human" name={speech.say('who.human')} />
        </h2>
        <h2>
          <OpponentName turn={turn} />
        </h2>
        <TurnWords turn={turn} />
        <ul>
          {pairs.slice(0, ROWS).map((pair) => (
            <li key={pairKey(pair)} translate="no" lang={languageOf(pair.fault)}>
              <p className="quiet">{pair.prompt}</p>
              <p className="words">{pair.real}</p>
              <p className="words generated">
                <Appearing text={pair.generated ?? '…'} />
              </p>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function Appearing({ text }: { readonly text: string }) {
  const words = text.match(/\s*\S+/g) ?? [text];
  return words.map((word, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place
    <span key={at} className="appearing" style={{ animationDelay: `${(APPEARING_MS * at) / words.length}ms` }}>
      {word}
    </span>
  ));
}
