// One answer of a watched pair as words, each token tinted by its log-ratio and underlined by its sign; arrow keys walk along it.

import { type CSSProperties, Fragment, type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import type { WatchedToken } from '../../folder/lines.ts';
import { isEnd, strength, tokenRatio } from '../../lab/arena/arena-choice.ts';
import { useSpeech } from '../common/lab-context.ts';
import { signed, tokenWords } from './arena-words.ts';
import { DETAILS_ID, isLeaving, type Looking, type Side } from './looking.ts';

interface AnswerProps {
  readonly side: Side;
  readonly tokens: readonly WatchedToken[];
  readonly looking: Looking;
  /** Of the answer's words: '' where nobody knows. */
  readonly lang: string;
}

export function Answer({ side, tokens, looking, lang }: AnswerProps) {
  const speech = useSpeech();
  const list = useRef<HTMLFieldSetElement>(null);
  const [active, setActive] = useState(0);
  const looked = looking.looked?.side === side ? looking.looked.at : null;
  const walk = (event: KeyboardEvent) => {
    const next = destination(event.key, active, tokens.length);
    if (next === null) return;
    event.preventDefault();
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  const open = (event: MouseEvent, at: number) => {
    looking.pin({ side, at });
    // By key: on into the details, from which Escape leads back.
    if (event.detail === 0) requestAnimationFrame(() => document.getElementById(DETAILS_ID)?.focus());
  };
  return (
    <fieldset
      ref={list}
      className="arena-tokens words"
      aria-label={speech.say(side === 'real' ? 'arena.answer.human' : 'arena.answer.opponent')}
      translate="no"
      onPointerLeave={looking.leave}
      onBlur={(event) => isLeaving(event) && looking.close()}
      onKeyDown={walk}
    >
      {tokens.map((token, at) => {
        const { space, word } = tokenWords(tokens, at);
        const ratio = tokenRatio(token);
        const tint = strength(ratio);
        const text = isEnd(tokens, at) ? speech.say('arena.token.end') : token.text.trim() || word;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
          <Fragment key={at}>
            {space}
            <button
              type="button"
              className={`arena-token ${tint > 0 ? 'liked-more' : tint < 0 ? 'liked-less' : ''}`}
              style={{ '--strength': Math.abs(tint) } as CSSProperties}
              lang={lang}
              tabIndex={at === Math.min(active, tokens.length - 1) ? 0 : -1}
              aria-label={speech.say('arena.token', { text, ratio: signed(speech, ratio) })}
              aria-expanded={looked === at}
              aria-controls={DETAILS_ID}
              onPointerEnter={(event) => event.pointerType === 'mouse' && looking.hover({ side, at })}
              onFocus={() => {
                setActive(at);
                looking.pin({ side, at });
              }}
              onClick={(event) => open(event, at)}
            >
              {word}
            </button>
          </Fragment>
        );
      })}
    </fieldset>
  );
}

/** The token that a key leads to; null: the key is none of these. */
function destination(key: string, from: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return Math.min(count - 1, from + 1);
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
