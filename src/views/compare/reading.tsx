// One prompt at a time, two answers beside each other, to be read. J and K or the arrows go on and back, S stars.

import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import type { ColumnPair, ComparedColumn, ComparedRow } from '../../lab/compare/comparing.ts';
import { outcome } from '../../lab/compare/comparing.ts';
import { groupOf } from '../../lab/compare/row-filter.ts';
import type { Speech } from '../../text/language.ts';
import { AnswerFoot } from './answer-cell.tsx';
import { StarButton } from './answers-grid.tsx';
import { ColumnName, groupName } from './column-names.tsx';
import { useChangeCompare, useCompare } from './compare-state.ts';
import { languageOf, MarkedText, type Marks } from './marked-text.tsx';
import './reading.css';

interface ReadingProps {
  readonly columns: readonly ComparedColumn[];
  /** Sorted and filtered. */
  readonly rows: readonly ComparedRow[];
  readonly pair: ColumnPair;
  readonly marks: Marks;
  readonly stars: ReadonlySet<string>;
  readonly onStar: (row: string) => void;
  readonly speech: Speech;
}

const STEPS: Readonly<Record<string, number>> = { j: 1, arrowright: 1, k: -1, arrowleft: -1 };

export function Reading({ columns, rows, pair, marks, stars, onStar, speech }: ReadingProps) {
  const change = useChangeCompare();
  const reading = useCompare((state) => state.reading);
  const id = useId();
  const place = useRef<HTMLElement>(null);
  // Whoever comes here comes to read: the keys work at once.
  useEffect(() => place.current?.focus(), []);
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === reading),
  );
  const row = rows[at];
  if (row === undefined) return <p className="quiet">{speech.say('compare.nothing')}</p>;
  const go = (by: number) => {
    const next = rows[at + by];
    if (next !== undefined) change({ reading: next.key });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const step = STEPS[key];
    if (step === undefined && key !== 's') return;
    if (step === undefined) onStar(row.key);
    else go(step);
    // Within this part the keys are its own, whatever they mean elsewhere on the page.
    event.preventDefault();
    event.stopPropagation();
  };
  const found = outcome(row, pair);
  return (
    <section
      ref={place}
      className="reading"
      aria-label={speech.say('compare.mode.reading')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys that turn its pages need it focused
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="reading-steps">
        <button type="button" disabled={at === 0} onClick={() => go(-1)}>
          {speech.say('compare.read.back')}
        </button>
        <span>{speech.say('compare.read.place', { n: at + 1, of: rows.length })}</span>
        <button type="button" disabled={at === rows.length - 1} onClick={() => go(1)}>
          {speech.say('compare.read.on')}
        </button>
        <span className="quiet">{speech.say('compare.read.keys')}</span>
      </div>
      <p className="quiet">{groupName(speech, groupOf(row))}</p>
      <div className="reading-prompt">
        <p id={id} lang={languageOf(row.family === null ? undefined : null)} translate="no">
          {row.prompt}
        </p>
        <StarButton starred={stars.has(row.key)} describedBy={id} onClick={() => onStar(row.key)} speech={speech} />
      </div>
      <div className="two-answers">
        {[pair.a, pair.b].map((key) => {
          const column = columns.find((one) => one.key === key);
          const answer = row.cells.get(key);
          return (
            <div key={key} className="one-answer">
              {column !== undefined && <ColumnName column={column} speech={speech} />}
              {answer === undefined ? (
                <p className="quiet">{speech.say('compare.missing')}</p>
              ) : (
                <>
                  <MarkedText
                    answer={answer}
                    reference={key === pair.b ? row.cells.get(pair.a) : undefined}
                    marks={marks}
                  />
                  {key !== 'human' && <AnswerFoot answer={answer} speech={speech} />}
                </>
              )}
            </div>
          );
        })}
      </div>
      {found !== null && <p>{speech.say(`compare.outcome.${found}`)}</p>}
    </section>
  );
}
