// While the opponent answers: its answers as their tokens are drawn, or the newest pairs, their words appearing one after the other.

import type { ReactNode } from 'react';
import type { PairLine } from '../../folder/lines.ts';
import { pairKey } from '../../folder/lines.ts';
import type { DrawnWords } from '../../lab/session/session-store.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { languageOf } from '../../ui/verdict.tsx';
import { useSpeech } from '../common/lab-context.ts';
import { OpponentName, TurnWords } from './turn-over.tsx';

/** Rows of the batch that are shown. */
const ROWS = 3;
/** From an answer's first word to its last. */
const APPEARING_MS = 250;

interface AnsweringProps {
  readonly pairs: readonly PairLine[];
  /** Answers on their way. */
  readonly drawn: readonly DrawnWords[];
  /** The model is measured: its answers are to held-out prompts. */
  readonly measuring: boolean;
  readonly turn: number;
}

export function Answering({ pairs, drawn, measuring, turn }: AnsweringProps) {
  const speech = useSpeech();
  const lang = languageOf(pairs[0]?.fault);
  return (
    <>
      <p className="arena-prompt quiet">{speech.say(measuring ? 'arena.measuring' : 'arena.answering')}</p>
      <div className={`arena-answering ${measuring ? 'measuring' : ''}`}>
        {!measuring && (
          <>
            <h2>
              <PlayerName who="human" name={speech.say('who.human')} />
            </h2>
            <h2>
              <OpponentName turn={turn} />
            </h2>
          </>
        )}
        <TurnWords turn={turn} />
        <ul>
          {drawn.length > 0
            ? drawn.slice(0, ROWS).map(({ key, prompt, human, text }) => (
                <Row key={key} lang={lang} prompt={prompt} human={human}>
                  <span className="growing">{text}</span>
                </Row>
              ))
            : pairs.slice(0, ROWS).map((pair) => (
                <Row key={pairKey(pair)} lang={lang} prompt={pair.prompt ?? ''} human={pair.real ?? ''}>
                  <Appearing text={pair.generated ?? '…'} />
                </Row>
              ))}
        </ul>
      </div>
    </>
  );
}

interface RowProps {
  readonly lang: string;
  readonly prompt: string;
  /** Not known of held-out prompts while they are answered. */
  readonly human: string | undefined;
  readonly children: ReactNode;
}

function Row({ lang, prompt, human, children }: RowProps) {
  return (
    <li translate="no" lang={lang}>
      <p className="quiet">{prompt}</p>
      {human !== undefined && <p className="words">{human}</p>}
      <p className="words generated">{children}</p>
    </li>
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
