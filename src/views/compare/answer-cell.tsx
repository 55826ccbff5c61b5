// One answer of the table: its text with marks, and under it the verdict and how likely it was.

import type { ComparedAnswer, ComparedColumn } from '../../lab/compare/comparing.ts';
import type { Speech } from '../../text/language.ts';
import { verdictWords } from '../../text/verdict-words.ts';
import { CellName } from '../../ui/scroller.tsx';
import { ColumnName } from './column-names.tsx';
import { MarkedText, type Marks } from './marked-text.tsx';

export interface AnswerCellProps {
  readonly column: ComparedColumn;
  readonly answer: ComparedAnswer | undefined;
  readonly reference: ComparedAnswer | undefined;
  readonly marks: Marks;
  /** The iteration that the page looks at. */
  readonly current: boolean;
  readonly speech: Speech;
}

export function AnswerCell({ column, answer, reference, marks, current, speech }: AnswerCellProps) {
  if (answer === undefined) return <td className="no-answer">–</td>;
  return (
    <td className={current ? 'current' : undefined}>
      <CellName>
        <ColumnName column={column} speech={speech} />
      </CellName>
      <MarkedText answer={answer} reference={reference} marks={marks} />
      {column.kind !== 'human' && <AnswerFoot answer={answer} speech={speech} />}
    </td>
  );
}

/** Verdict, log p, and whether the answer was cut. */
export function AnswerFoot({ answer, speech }: { readonly answer: ComparedAnswer; readonly speech: Speech }) {
  const { fault, logp, end } = answer;
  return (
    <p className="answer-foot">
      {fault !== undefined && <VerdictWords fault={fault} speech={speech} />}
      {fault === undefined && end === 'length' && <span>{speech.say('compare.cut')}</span>}
      {logp !== null && (
        <span className="logp" title={speech.say('compare.logp.help')}>
          {speech.say('compare.logp', { value: speech.number(logp, 1) })}
        </span>
      )}
    </p>
  );
}

export function VerdictWords({ fault, speech }: { readonly fault: string | null; readonly speech: Speech }) {
  return (
    <span className={fault === null ? 'verdict good' : 'verdict bad'}>
      <span aria-hidden="true">{fault === null ? '✓ ' : '✗ '}</span>
      {fault === null ? speech.say('compare.good') : verdictWords(speech, fault)}
    </span>
  );
}
