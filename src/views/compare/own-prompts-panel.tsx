// Prompts of one's own: typed here, answered by every column that has weights, shown as rows of the table.

import { useStore } from 'zustand';
import { MOST_PROMPTS, type OwnPromptsKeeper, ownProblem, promptsOf } from '../../lab/compare/own-prompts.ts';
import { errorWords } from '../../text/error-words.ts';
import type { Speech } from '../../text/language.ts';
import { columnName } from './column-names.tsx';

interface OwnPromptsPanelProps {
  readonly own: OwnPromptsKeeper;
  readonly speech: Speech;
}

export function OwnPromptsPanel({ own, speech }: OwnPromptsPanelProps) {
  const state = useStore(own.store);
  const problem = ownProblem(state);
  const busy = state.asking !== null;
  const answered = state.answers.size > 0;
  const count = promptsOf(state.draft).length;
  return (
    <details className="own-prompts">
      <summary>{speech.say('compare.own.title')}</summary>
      <p className="quiet">{speech.say('compare.own.help')}</p>
      <label className="own-text">
        {speech.say('compare.own.prompts')}
        <textarea
          rows={3}
          value={state.draft}
          disabled={busy}
          onChange={({ target }) => own.store.setState({ draft: target.value })}
        />
      </label>
      <div className="own-fields">
        <NumberField name="seed" own={own} speech={speech} />
        <NumberField name="temperature" own={own} speech={speech} />
        {busy ? (
          <button type="button" onClick={own.cancel}>
            {speech.say('compare.own.cancel')}
          </button>
        ) : (
          <button type="button" className="primary" disabled={problem !== null} onClick={() => void own.ask()}>
            {speech.say('compare.own.ask', { n: count })}
          </button>
        )}
        <button type="button" disabled={busy || problem !== null} onClick={() => void own.askAgain()}>
          {speech.say('compare.own.again')}
        </button>
        {answered && (
          <button type="button" disabled={busy} onClick={own.forget}>
            {speech.say('compare.own.forget')}
          </button>
        )}
      </div>
      {problem !== null && problem !== 'none' && (
        <p className="problem">{speech.say(`compare.own.problem.${problem}`, { n: MOST_PROMPTS })}</p>
      )}
      <OwnProgress own={own} speech={speech} />
    </details>
  );
}

const FIELDS = { seed: { step: 1, max: undefined }, temperature: { step: 0.1, max: 2 } } as const;

function NumberField({ name, own, speech }: OwnPromptsPanelProps & { readonly name: keyof typeof FIELDS }) {
  const value = useStore(own.store, (state) => state[name]);
  const busy = useStore(own.store, (state) => state.asking !== null);
  return (
    <label>
      {speech.say(`compare.own.${name}`)}
      <input
        type="number"
        min={0}
        {...FIELDS[name]}
        value={Number.isNaN(value) ? '' : value}
        disabled={busy}
        onChange={({ target }) => own.store.setState({ [name]: target.valueAsNumber })}
      />
    </label>
  );
}

function OwnProgress({ own, speech }: OwnPromptsPanelProps) {
  const { asking, trouble, nobody } = useStore(own.store);
  const words = trouble === null ? null : errorWords(speech, trouble);
  return (
    <div role="status" className="own-status">
      {asking !== null && (
        <>
          <progress aria-label={speech.say('compare.own.progress')} max={asking.of} value={asking.at + asking.share} />{' '}
          {speech.say('compare.own.asking', {
            name: columnName(speech, asking.column),
            at: asking.at + 1,
            of: asking.of,
          })}
        </>
      )}
      {nobody && <p className="problem">{speech.say('compare.own.problem.weights')}</p>}
      {words !== null && (
        <p className="problem">
          {speech.join(words.what, words.advice)}
          {words.detail !== null && (
            <small lang="en" translate="no">
              {' '}
              {words.detail}
            </small>
          )}
        </p>
      )}
    </div>
  );
}
