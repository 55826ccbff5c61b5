// The latest pairs as they are made: the prompt, the human answer, the opponent's, and what the world says of it.

import { memo } from 'react';
import type { ReadPair } from '../lab/record.ts';
import { PlayerName } from '../ui/player-name.tsx';
import { Scroller } from '../ui/scroller.tsx';
import { Empty, Section } from '../ui/section.tsx';
import { languageOf, Verdict } from '../ui/verdict.tsx';
import { FittedRows } from './fitted-rows.tsx';
import { useRecord, useSpeech } from './lab-context.ts';

const SHOWN = 16;

export function Pairs() {
  const speech = useSpeech();
  const { pairs, answered, skipped, truncated } = useRecord();
  return (
    <Section id="pairs" title={speech.say('pairs.title')}>
      <FittedRows />
      {answered !== null && (
        <p className="quiet">
          {speech.say('pairs.count', {
            n: answered.done,
            of: answered.total,
            iteration: answered.iteration + 1,
            identical: answered.identical,
            cut: answered.truncated,
          })}{' '}
          {skipped + truncated > 0 && speech.say('pairs.unfit', { skipped, truncated })}
        </p>
      )}
      {pairs.length === 0 ? (
        <Empty>{speech.say('pairs.empty')}</Empty>
      ) : (
        <Scroller label={speech.say('pairs.scroll')}>
          <ul className="pairs">
            {pairs.slice(0, SHOWN).map((pair) => (
              <PairCard key={pair.key} pair={pair} />
            ))}
          </ul>
        </Scroller>
      )}
    </Section>
  );
}

const PairCard = memo(function PairCard({ pair }: { readonly pair: ReadPair }) {
  const speech = useSpeech();
  const logp = (value: number) => speech.say('pairs.logp', { value: speech.number(value, 1) });
  return (
    <li className="pair">
      <p className="prompt" lang={languageOf(pair.fault)}>
        {pair.prompt}
      </p>
      <div className="answer human">
        <PlayerName who="human" name={speech.say('who.human')} />
        <p className="words" lang={languageOf(pair.fault)}>
          {pair.human}
        </p>
        <p className="quiet">{logp(pair.logps.real)}</p>
      </div>
      <div className="answer opponent">
        <PlayerName who="opponent" name={speech.say('who.opponent')} />
        <p className="words" lang={languageOf(pair.fault)}>
          {pair.text || '…'}
        </p>
        <p className="quiet">
          {logp(pair.logps.generated)}
          {pair.end === 'length' && ` · ${speech.say('pairs.cut')}`}
        </p>
        {pair.fault !== undefined && (
          <Verdict fault={pair.fault} good={speech.say('verdict.good')} bad={speech.say('verdict.bad')} />
        )}
      </div>
    </li>
  );
});
