// The two answers to a prompt, face to face: as watched tokens with the margin between them, or in plain words. Lays out; looks up nothing.

import type { PairLine, WatchedLine, WatchedToken } from '../../folder/lines.ts';
import { FULL_TINT_NATS } from '../../lab/arena/arena-choice.ts';
import type { LossName } from '../../spin/losses.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { languageOf } from '../../ui/verdict.tsx';
import { useSpeech } from '../common/lab-context.ts';
import './face-off.css';
import { Answer } from './answer.tsx';
import type { Looking } from './looking.ts';
import { Margin } from './margin-plot.tsx';
import { PairVerdict } from './pair-verdict.tsx';
import { OpponentName, TurnWords } from './turn-over.tsx';

interface WatchedProps {
  readonly line: WatchedLine;
  /** The pair as it was played, where that is still at hand: for its verdict. */
  readonly pair: PairLine | undefined;
  readonly loss: LossName;
  readonly batch: readonly number[];
  readonly looking: Looking;
  /** Of the answers' words: '' where nobody knows. */
  readonly lang: string;
  /** As of `useTurn`. */
  readonly turn: number;
}

export function WatchedPair({ line, pair, loss, batch, looking, lang, turn }: WatchedProps) {
  const speech = useSpeech();
  return (
    <>
      <Prompt text={line.prompt} lang={lang} />
      <div className="face-off">
        <div className="face-side real">
          <h2>
            <PlayerName who="human" name={speech.say('who.human')} />
          </h2>
          <Answer side="real" tokens={line.real} looking={looking} lang={lang} />
          <Logps tokens={line.real} />
        </div>
        <Margin line={line} loss={loss} batch={batch} />
        <div className="face-side generated">
          <h2>
            <OpponentName turn={turn} />
          </h2>
          <Answer side="generated" tokens={line.generated} looking={looking} lang={lang} />
          <Logps tokens={line.generated} />
          {pair !== undefined && <PairVerdict pair={pair} />}
          <TurnWords turn={turn} />
        </div>
      </div>
      <Legend />
    </>
  );
}

/** Both players' log-probabilities of a whole answer. */
function Logps({ tokens }: { readonly tokens: readonly WatchedToken[] }) {
  const speech = useSpeech();
  const sum = (who: 'player' | 'opponent') =>
    speech.number(
      tokens.reduce((total, token) => total + token[who].logp, 0),
      2,
    );
  return <p className="quiet">{speech.say('arena.logps', { player: sum('player'), opponent: sum('opponent') })}</p>;
}

function Legend() {
  const speech = useSpeech();
  return (
    <p className="tint-legend quiet">
      <span>
        {speech.say('arena.legend')}{' '}
        <span translate="no">
          log p<sub>θ</sub>/p
          <sub>
            θ<sub>t</sub>
          </sub>
        </span>
        {speech.say('arena.legend.clip', { nats: FULL_TINT_NATS })}
      </span>
      <span>
        <span className="sample liked-more">{speech.say('arena.legend.more')}</span>
      </span>
      <span>
        <span className="sample liked-less">{speech.say('arena.legend.less')}</span>
      </span>
      <span className="hint">{speech.say('arena.hint')}</span>
    </p>
  );
}

interface PlainProps {
  readonly pair: PairLine;
  /** Why there are no tokens to look at. */
  readonly note: string;
  /** As of `useTurn`. */
  readonly turn: number;
}

export function PlainPair({ pair, note, turn }: PlainProps) {
  const speech = useSpeech();
  const lang = languageOf(pair.fault);
  const logp = (value: number) => speech.say('pairs.logp', { value: speech.number(value, 2) });
  return (
    <>
      <Prompt text={pair.prompt} lang={lang} />
      <div className="face-off">
        <div className="face-side real">
          <h2>
            <PlayerName who="human" name={speech.say('who.human')} />
          </h2>
          <p className="words" translate="no" lang={lang}>
            {pair.real}
          </p>
          <p className="quiet">{logp(pair.opponent_logps.real)}</p>
        </div>
        <p className="pair-margin quiet">{note}</p>
        <div className="face-side generated">
          <h2>
            <OpponentName turn={turn} />
          </h2>
          <p className="words" translate="no" lang={lang}>
            {pair.generated || '…'}
          </p>
          <p className="quiet">{logp(pair.opponent_logps.generated)}</p>
          <PairVerdict pair={pair} />
          <TurnWords turn={turn} />
        </div>
      </div>
    </>
  );
}

function Prompt({ text, lang }: { readonly text: string | null; readonly lang: string }) {
  const speech = useSpeech();
  return (
    <p className="arena-prompt">
      <span className="visually-hidden">{speech.say('arena.prompt')}</span>{' '}
      <span translate="no" lang={lang}>
        {text ?? '…'}
      </span>
    </p>
  );
}
