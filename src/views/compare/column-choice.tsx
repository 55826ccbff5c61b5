// Which columns stand side by side, what their differences are told from, and how they are marked.

import type { ColumnKey, ComparedColumn } from '../../lab/compare/comparing.ts';
import type { Speech } from '../../text/language.ts';
import { ColumnName, columnName } from './column-names.tsx';
import { MARKINGS, type Marking, useChangeCompare, useCompare } from './compare-state.ts';
import { FAINTEST, tint, tokenClass } from './marked-text.tsx';

interface ChoiceProps {
  readonly columns: readonly ComparedColumn[];
  readonly chosen: readonly ComparedColumn[];
  readonly speech: Speech;
}

export function ColumnChoice({ columns, chosen, speech }: ChoiceProps) {
  const change = useChangeCompare();
  const keys = new Set(chosen.map(({ key }) => key));
  const toggle = (key: ColumnKey) => {
    if (!keys.delete(key)) keys.add(key);
    change({ chosen: [...keys] });
  };
  return (
    <fieldset className="chips">
      <legend>{speech.say('compare.columns')}</legend>
      {columns.map((column) => (
        <label key={column.key} className="chip-box">
          <input
            type="checkbox"
            checked={keys.has(column.key)}
            disabled={keys.has(column.key) && keys.size <= 2}
            onChange={() => toggle(column.key)}
          />
          <ColumnName column={column} speech={speech} />
        </label>
      ))}
    </fieldset>
  );
}

interface MarkChoiceProps extends Pick<ChoiceProps, 'speech'> {
  /** To compare with; null where that is settled. */
  readonly columns: readonly ComparedColumn[] | null;
  /** The run kept its answers' tokens. */
  readonly tokens: boolean;
}

export function MarkChoice({ columns, tokens, speech }: MarkChoiceProps) {
  const change = useChangeCompare();
  const { marking, matches, reference } = useCompare((state) => state);
  const differing = marking === 'words' || marking === 'tokens';
  return (
    <>
      <label>
        {speech.say('compare.marking')}
        <select value={marking} onChange={(event) => change({ marking: event.target.value as Marking })}>
          {MARKINGS.map((one) => (
            <option key={one} value={one}>
              {speech.say(`compare.marking.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {differing && (
        <>
          {columns !== null && (
            <label>
              {speech.say('compare.reference')}
              <select
                value={reference}
                onChange={(event) => change({ reference: event.target.value as typeof reference })}
              >
                <option value="left">{speech.say('compare.reference.left')}</option>
                {columns.map(({ key }) => (
                  <option key={key} value={key}>
                    {columnName(speech, key)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label className="chip-box">
            <input type="checkbox" checked={matches} onChange={() => change({ matches: !matches })} />
            {speech.say('compare.matches')}
          </label>
        </>
      )}
      {!tokens && (marking === 'tokens' || marking === 'logp') ? (
        <p className="quiet mark-legend">{speech.say(`compare.legend.without.${marking}`)}</p>
      ) : (
        <Legend speech={speech} />
      )}
    </>
  );
}

/** Log-probabilities that the legend shows, nats. */
const SHOWN_LOGPS = [0, -1, FAINTEST / 2 - 0.5, FAINTEST];

function Legend({ speech }: Pick<ChoiceProps, 'speech'>) {
  const { marking, matches } = useCompare((state) => state);
  if (marking === 'none') return null;
  if (marking === 'logp') {
    return (
      <p className="quiet mark-legend">
        {speech.say('compare.legend.logp')}{' '}
        {SHOWN_LOGPS.map((logp) => (
          <span key={logp} className={tokenClass(logp)} style={tint(logp)}>
            {logp === FAINTEST ? '≤ ' : ''}
            {speech.number(logp, 1)}
          </span>
        ))}
      </p>
    );
  }
  return (
    <p className="quiet mark-legend">
      <mark>{speech.say(matches ? 'compare.legend.same' : 'compare.legend.new')}</mark>
      {!matches && (
        <span>
          <span className="missing" aria-hidden="true">
            ‸
          </span>{' '}
          {speech.say('compare.legend.missing')}
        </span>
      )}
    </p>
  );
}
