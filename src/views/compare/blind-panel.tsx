// The blind test: whose answers, from the start to the score. The person plays the main player's part.

import { useState } from 'react';
import { useStore } from 'zustand';
import type { BlindSession } from '../../lab/compare/blind-session.ts';
import { blindPairs, SUGGESTED_PAIRS } from '../../lab/compare/blind-test.ts';
import { type ColumnKey, type ComparedColumn, roundKey } from '../../lab/compare/comparing.ts';
import type { RunRecord } from '../../lab/record/run-record.ts';
import type { Speech } from '../../text/language.ts';
import { BlindQuestion } from './blind-question.tsx';
import { BlindScore } from './blind-score.tsx';
import { columnName } from './column-names.tsx';
import './reading.css';

interface BlindPanelProps {
  readonly blind: BlindSession;
  readonly record: RunRecord;
  readonly columns: readonly ComparedColumn[];
  readonly speech: Speech;
}

export function BlindPanel({ blind, record, columns, speech }: BlindPanelProps) {
  const state = useStore(blind.store);
  const running = state.column !== null;
  return (
    <div className="blind">
      <p className="blind-lead">{speech.say('compare.blind.lead')}</p>
      {!running && <BlindStart blind={blind} record={record} columns={columns} speech={speech} />}
      {running && state.column !== null && (
        <>
          <p className="quiet">{speech.say('compare.blind.whose', { name: columnName(speech, state.column) })}</p>
          <BlindQuestion blind={blind} speech={speech} />
          <BlindScore state={state} speech={speech} />
          <div className="blind-end">
            <button type="button" onClick={blind.leave}>
              {speech.say('compare.blind.restart')}
            </button>
          </div>
        </>
      )}
    </div>
  );
}

function BlindStart({ blind, record, columns, speech }: BlindPanelProps) {
  const rounds = record.rounds.filter(({ answers }) => answers.length > 0);
  const models = columns.filter(({ kind, iteration }) => kind === 'base' || iteration !== null);
  const [chosen, setChosen] = useState<ColumnKey | null>(null);
  const column = chosen ?? lastOpponent(models);
  const round = rounds.find((one) => roundKey(one) === column);
  const count = round === undefined ? 0 : blindPairs(round.answers, 0).length;
  const start = () => {
    if (round === undefined || column === undefined) return;
    const { next, lambda } = learner(record, models, column);
    // Another order and other sides each time: who takes the test twice must not know them.
    void blind.start({ round, column, next, lambda, seed: Date.now() });
  };
  return (
    <>
      <div className="own-fields">
        <label>
          {speech.say('compare.blind.column')}
          <select value={column} onChange={({ target }) => setChosen(target.value as ColumnKey)}>
            {models.map(({ key }) => (
              <option key={key} value={key}>
                {columnName(speech, key)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="primary" disabled={count === 0} onClick={start}>
          {speech.say('compare.blind.start')}
        </button>
      </div>
      <p className="quiet">
        {count === 0
          ? speech.say('compare.blind.none')
          : speech.join(
              speech.say('compare.blind.count', { n: count }),
              speech.say('compare.blind.suggested', { n: Math.min(SUGGESTED_PAIRS, count) }),
            )}
      </p>
    </>
  );
}

/** The latest column that a player has learned to tell from people: of the last one of all nobody has yet. */
const lastOpponent = (models: readonly ComparedColumn[]): ColumnKey | undefined =>
  (models.at(-2) ?? models.at(-1))?.key;

/** The column that learned against this one, and λ of its iteration. A supervised run's iterations played against nobody. */
function learner({ configuration }: RunRecord, models: readonly ComparedColumn[], column: ColumnKey) {
  const next = models[models.findIndex(({ key }) => key === column) + 1];
  const lambdas = configuration?.lambdas ?? [];
  const lambda = lambdas[Math.min(next?.iteration ?? 0, lambdas.length - 1)] ?? 1;
  return { next: configuration?.control === 'supervised' ? null : (next?.key ?? null), lambda };
}
