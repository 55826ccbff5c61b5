// The person's score in the blind test beside the main player's on the same pairs, each with its interval.

import type { BlindState } from '../../lab/compare/blind-session.ts';
import { type Credit, creditOf, SUGGESTED_PAIRS, scoreOf } from '../../lab/compare/blind-test.ts';
import { errorWords } from '../../text/error-words.ts';
import type { Speech } from '../../text/language.ts';
import { PlayerName } from '../../ui/player-name.tsx';
import { intervalWords } from './column-names.tsx';

interface BlindScoreProps {
  readonly state: BlindState;
  readonly speech: Speech;
}

export function BlindScore({ state, speech }: BlindScoreProps) {
  const { pairs, choices, player } = state;
  if (choices.length === 0) return null;
  const credits = choices.map((choice, at) => creditOf(pairs[at]!, choice));
  const undecidable = pairs.slice(0, choices.length).filter(({ fault }) => fault === null).length;
  const left = SUGGESTED_PAIRS - choices.length;
  return (
    <div className="blind-score">
      <h3>{speech.say('compare.blind.score')}</h3>
      <dl>
        <dt>
          <PlayerName who="human" name={speech.say('compare.blind.you')} />
        </dt>
        <dd>
          <Score credits={credits} speech={speech} />
        </dd>
        <dt>
          <PlayerName who="player" name={speech.say('who.player')} />
        </dt>
        <dd>
          {player.status === 'scored' ? (
            <Score credits={player.credits.slice(0, choices.length)} speech={speech} />
          ) : (
            <PlayerMissing state={state} speech={speech} />
          )}
        </dd>
      </dl>
      <p className="quiet">
        {speech.join(
          speech.say('compare.blind.chance'),
          undecidable > 0 ? speech.say('compare.blind.undecidable', { n: undecidable }) : '',
          left > 0 && pairs.length > choices.length ? speech.say('compare.blind.more', { n: left }) : '',
        )}
      </p>
    </div>
  );
}

function Score({ credits, speech }: { readonly credits: readonly Credit[]; readonly speech: Speech }) {
  const score = scoreOf(credits);
  if (score === null) return null;
  const right = credits.reduce((sum: number, credit) => sum + credit, 0);
  return (
    <>
      <strong>{speech.percent(score.value)}</strong>{' '}
      {speech.say('compare.blind.of', { right: speech.number(right, right % 1 === 0 ? 0 : 1), n: score.count })}{' '}
      <span className="quiet">{intervalWords(speech, score)}</span>
    </>
  );
}

function PlayerMissing({ state: { player }, speech }: BlindScoreProps) {
  switch (player.status) {
    case 'scoring':
      return <span className="quiet">{speech.say('compare.blind.scoring')}</span>;
    case 'absent':
      return <span className="quiet">{speech.say(`compare.blind.absent.${player.why}`)}</span>;
    case 'failed': {
      const { what, advice } = errorWords(speech, player.trouble);
      return <span className="problem">{speech.join(what, advice)}</span>;
    }
    case 'scored':
      return null;
  }
}
