// A token as both players see it: log-probability, rank, log-ratio, and the likeliest tokens at its place. At the side where there is
// room, a sheet from below where there is not.

import { type RefObject, useCallback, useEffect, useRef } from 'react';
import type { TokenView, WatchedToken } from '../../folder/lines.ts';
import { isEnd, strength, tokenRatio } from '../../lab/arena/arena-choice.ts';
import type { Speech } from '../../text/language.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { useSpeech } from '../common/lab-context.ts';
import './token-details.css';
import { END_MARK, signed, visibleSpace } from './arena-words.ts';
import { DETAILS_ID, isLeaving, type Looking, type Side } from './looking.ts';

interface DetailsProps {
  readonly side: Side;
  readonly tokens: readonly WatchedToken[];
  readonly at: number;
  readonly looking: Looking;
}

export function TokenDetails({ side, tokens, at, looking }: DetailsProps) {
  const speech = useSpeech();
  const panel = useRef<HTMLElement>(null);
  const token = tokens[at]!;
  const end = isEnd(tokens, at);
  const close = useCallback(() => {
    // The token's focus would open the details again: first back to it, then close.
    if (panel.current?.contains(document.activeElement)) tokenAt(side, at)?.focus();
    looking.close();
  }, [side, at, looking]);
  useEscape(close);
  useKeptInSight(panel, side, at);
  return (
    <section
      id={DETAILS_ID}
      ref={panel}
      className="token-details"
      tabIndex={-1}
      aria-labelledby="token-details-title"
      onPointerEnter={looking.stay}
      onPointerLeave={looking.leave}
      onBlur={(event) => isLeaving(event) && looking.close()}
    >
      <header>
        <h2 id="token-details-title">
          <span className="words" translate="no" lang="">
            {end ? END_MARK : visibleSpace(token.text)}
          </span>{' '}
          <span className="quiet">
            {end && `${speech.say('arena.token.end')}, `}
            {speech.say(side === 'real' ? 'arena.token.human' : 'arena.token.opponent')}
          </span>
        </h2>
        <button type="button" className="close" aria-label={speech.say('arena.token.close')} onClick={close}>
          <span aria-hidden="true">×</span>
        </button>
      </header>
      <p>{ratioSentence(speech, token)}</p>
      <div className="player-views">
        <View who="player" view={token.player} text={token.text} />
        <View who="opponent" view={token.opponent} text={token.text} />
      </div>
    </section>
  );
}

function ratioSentence(speech: Speech, token: WatchedToken): string {
  const ratio = tokenRatio(token);
  if (strength(ratio) === 0) return speech.say('arena.token.same');
  return speech.say(ratio > 0 ? 'arena.token.more' : 'arena.token.less', {
    ratio: signed(speech, ratio),
    times: speech.number(Math.exp(Math.abs(ratio)), 2),
  });
}

interface ViewProps {
  readonly who: 'player' | 'opponent';
  readonly view: TokenView;
  readonly text: string;
}

function View({ who, view, text }: ViewProps) {
  const speech = useSpeech();
  const percent = (logp: number) => speech.percent(Math.exp(logp), 1);
  return (
    <div className={`player-view ${who}`}>
      <h3>
        <PlayerName who={who} name={speech.say(`who.${who}`)} />
      </h3>
      <dl>
        <dt>{speech.say('arena.token.logp')}</dt>
        <dd>{speech.number(view.logp, 2)}</dd>
        <dt>{speech.say('arena.token.p')}</dt>
        <dd>{percent(view.logp)}</dd>
        <dt>{speech.say('arena.token.rank')}</dt>
        <dd>{speech.number(view.rank)}</dd>
      </dl>
      <p className="quiet">{speech.say('arena.token.likeliest')}</p>
      <ol>
        {view.top.map((one, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its rank
          <li key={place} className={one.text === text ? 'own' : ''}>
            <span className="words" translate="no" lang="">
              {visibleSpace(one.text)}
            </span>
            <span className="share">{percent(one.logp)}</span>
            <span className="share-bar" aria-hidden="true" style={{ width: `${100 * Math.exp(one.logp)}%` }} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Escape closes, wherever the focus is; the page's own keys do not hear of it. */
function useEscape(close: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      close();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [close]);
}

const GAP_PX = 16;

const tokenAt = (side: Side, at: number): HTMLElement | undefined =>
  document.querySelectorAll<HTMLElement>(`.face-side.${side} .arena-token`)[at];

/** Scrolls the token out from under the details where they are a sheet. */
function useKeptInSight(panel: RefObject<HTMLElement | null>, side: Side, at: number): void {
  useEffect(() => {
    const token = tokenAt(side, at);
    if (panel.current === null || token === undefined || getComputedStyle(panel.current).position !== 'fixed') return;
    const hidden = token.getBoundingClientRect().bottom - panel.current.getBoundingClientRect().top;
    if (hidden > -GAP_PX) window.scrollBy({ top: hidden + GAP_PX });
  }, [panel, side, at]);
}
