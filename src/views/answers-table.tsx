// Held-out prompts down, iterations across: what the model answered before the run and after each iteration.

import { memo, useState } from 'react';
import type { AnswerShown, Round } from '../lab/record.ts';
import type { Speech } from '../text/language.ts';
import { PlayerName } from '../ui/player-name.tsx';
import { CellName, Scroller } from '../ui/scroller.tsx';
import { Empty, Section } from '../ui/section.tsx';
import { languageOf, Verdict } from '../ui/verdict.tsx';
import { useRecord, useSpeech } from './lab-context.ts';

/** Prompts that are shown before somebody asks for all. */
const FIRST = 8;

export function AnswersTable() {
  const speech = useSpeech();
  const { rounds } = useRecord();
  return (
    <Section id="answers" title={speech.say('answers.title')}>
      {rounds.length === 0 ? <Empty>{speech.say('answers.empty')}</Empty> : <Table rounds={rounds} speech={speech} />}
    </Section>
  );
}

/** What a round is called at the head of a column or row. */
export function roundName(speech: Speech, { moment, iteration }: Round): string {
  return moment === 'before' ? speech.say('answers.base') : speech.say('answers.after', { n: iteration + 1 });
}

const Table = memo(function Table({ rounds, speech }: { readonly rounds: readonly Round[]; readonly speech: Speech }) {
  const [all, setAll] = useState(false);
  const answers = rounds[0]?.report.answers ?? [];
  const prompts = all ? answers : answers.slice(0, FIRST);
  return (
    <>
      <Scroller label={speech.say('answers.scroll')}>
        <table className="answers-table">
          <thead>
            <tr>
              <th scope="col">{speech.say('answers.prompt')}</th>
              <th scope="col">
                <PlayerName who="human" name={speech.say('who.human')} />
              </th>
              {rounds.map((round) => (
                <th scope="col" key={`${round.moment} ${round.iteration}`}>
                  <PlayerName who="player" name={roundName(speech, round)} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {prompts.map(({ prompt, response, fault }, at) => (
              <tr key={prompt}>
                <th scope="row" lang={languageOf(fault)}>
                  {prompt}
                </th>
                <td>
                  <CellName>
                    <PlayerName who="human" name={speech.say('who.human')} />
                  </CellName>
                  <p className="words" lang={languageOf(fault)}>
                    {response}
                  </p>
                </td>
                {rounds.map((round, column) => (
                  <AnswerCell
                    key={`${round.moment} ${round.iteration}`}
                    name={roundName(speech, round)}
                    answer={round.report.answers[at]}
                    before={rounds[column - 1]?.report.answers[at]}
                    speech={speech}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      {answers.length > FIRST && (
        <button type="button" className="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {speech.say(all ? 'answers.fewer' : 'answers.all', { n: answers.length })}
        </button>
      )}
    </>
  );
});

interface AnswerCellProps {
  readonly name: string;
  readonly answer: AnswerShown | undefined;
  readonly before: AnswerShown | undefined;
  readonly speech: Speech;
}

function AnswerCell({ name, answer, before, speech }: AnswerCellProps) {
  if (answer === undefined) return <td />;
  const changed = before !== undefined && before.text !== answer.text;
  return (
    <td>
      <CellName>
        <PlayerName who="player" name={name} />
      </CellName>
      <p className="words" lang={languageOf(answer.fault)}>
        {answer.text || '…'}
      </p>
      <p className="quiet">
        {speech.say('pairs.logp', { value: speech.number(answer.logp, 1) })}
        {changed && ` · ${speech.say('answers.changed')}`}
      </p>
      {answer.fault !== undefined && (
        <Verdict fault={answer.fault} good={speech.say('verdict.good')} bad={speech.say('verdict.bad')} />
      )}
    </td>
  );
}
