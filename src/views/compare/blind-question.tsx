// One question of the blind test: two answers, a choice, and what was what. 1 and 2 or the arrows choose, 0 or ↓ passes, Enter goes on.

import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { BlindPlayer, BlindSession } from '../../lab/compare/blind-session.ts';
import { type BlindChoice, type BlindPair, type Credit, creditOf } from '../../lab/compare/blind-test.ts';
import type { Speech } from '../../text/language.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { VerdictWords } from './answer-cell.tsx';
import { languageOf } from './marked-text.tsx';

interface BlindQuestionProps {
  readonly blind: BlindSession;
  readonly speech: Speech;
}

const KEYS: Readonly<Record<string, BlindChoice>> = {
  1: 'first',
  ArrowLeft: 'first',
  2: 'second',
  ArrowRight: 'second',
  0: 'unsure',
  ArrowDown: 'unsure',
};

export function BlindQuestion({ blind, speech }: BlindQuestionProps) {
  const { pairs, choices, revealed, player } = useStore(blind.store);
  const place = useRef<HTMLElement>(null);
  const at = revealed ? choices.length - 1 : choices.length;
  const pair = pairs[at];
  // The buttons that were pressed are gone: the keys go on here.
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each turn anew
  useEffect(() => place.current?.focus({ preventScroll: true }), [at, revealed]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== place.current) return;
    const choice = KEYS[event.key];
    const onward = event.key === 'Enter' || event.key === ' ';
    if (choice === undefined && !onward) return;
    // Within this part the keys are its own, whatever they mean elsewhere on the page.
    event.preventDefault();
    event.stopPropagation();
    if (revealed) blind.next();
    else if (choice !== undefined) blind.choose(choice);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys need it focused
    <section ref={place} className="question" aria-labelledby="blind-place" tabIndex={0} onKeyDown={onKeyDown}>
      {pair === undefined ? (
        <p id="blind-place">{speech.say('compare.blind.over')}</p>
      ) : (
        <>
          <p id="blind-place">{speech.say('compare.blind.place', { n: at + 1, of: pairs.length })}</p>
          <p className="reading-prompt" lang={languageOf(pair.fault)} translate="no">
            {pair.prompt}
          </p>
          <div className="two-answers">
            <BlindAnswer pair={pair} side="first" revealed={revealed} onChoose={blind.choose} speech={speech} />
            <BlindAnswer pair={pair} side="second" revealed={revealed} onChoose={blind.choose} speech={speech} />
          </div>
          {revealed ? (
            <>
              <Reveal pair={pair} choice={choices[at]!} vote={voteOf(player, at)} speech={speech} />
              <button type="button" className="primary" onClick={blind.next}>
                {speech.say(at + 1 < pairs.length ? 'compare.blind.next' : 'compare.blind.finish')}
              </button>
            </>
          ) : (
            <div className="own-fields">
              <button type="button" onClick={() => blind.choose('unsure')}>
                {speech.say('compare.blind.unsure')}
              </button>
              <span className="quiet">{speech.say('compare.blind.keys')}</span>
            </div>
          )}
        </>
      )}
    </section>
  );
}

const voteOf = (player: BlindPlayer, at: number): Credit | null =>
  player.status === 'scored' ? (player.credits[at] ?? null) : null;

interface BlindAnswerProps {
  readonly pair: BlindPair;
  readonly side: 'first' | 'second';
  readonly revealed: boolean;
  readonly onChoose: (choice: BlindChoice) => void;
  readonly speech: Speech;
}

function BlindAnswer({ pair, side, revealed, onChoose, speech }: BlindAnswerProps) {
  const human = pair.humanFirst === (side === 'first');
  return (
    <div className={revealed && human ? 'one-answer human' : 'one-answer'}>
      <p className="answer-number">{speech.say('compare.blind.answer', { n: side === 'first' ? 1 : 2 })}</p>
      <p className="words" lang={languageOf(pair.fault)} translate="no">
        {(human ? pair.human : pair.answer) || '…'}
      </p>
      {revealed ? (
        <PlayerName who={human ? 'human' : 'opponent'} name={speech.say(human ? 'who.human' : 'compare.blind.model')} />
      ) : (
        <button type="button" onClick={() => onChoose(side)}>
          {speech.say('compare.blind.choose')}
        </button>
      )}
    </div>
  );
}

interface RevealProps {
  readonly pair: BlindPair;
  readonly choice: BlindChoice;
  /** The main player's. */
  readonly vote: Credit | null;
  readonly speech: Speech;
}

const CREDITS = { 1: 'right', 0.5: 'half', 0: 'wrong' } as const;

function Reveal({ pair, choice, vote, speech }: RevealProps) {
  return (
    <div role="status" className="reveal">
      <p>
        <strong>{speech.say(`compare.blind.${CREDITS[creditOf(pair, choice)]}`)}</strong>{' '}
        {vote !== null && speech.say(`compare.blind.vote.${CREDITS[vote]}`)}
      </p>
      {pair.fault === null && <p>{speech.say('compare.blind.possible')}</p>}
      {typeof pair.fault === 'string' && (
        <p>
          {speech.say('compare.blind.fault')} <VerdictWords fault={pair.fault} speech={speech} />
        </p>
      )}
    </div>
  );
}
