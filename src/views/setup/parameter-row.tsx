// One parameter: name and meaning, its control, the way back to the preset, and what is wrong with what was typed.

import { useId } from 'react';
import { changeParameter, resetParameter } from '../../lab/settings/settings-store.ts';
import { concerns, type Refused } from '../../lab/settings/take-texts.ts';
import type { Parameter } from '../../spin/parameters/parameter-kinds.ts';
import { presetConfiguration } from '../../spin/presets.ts';
import { parameterHelp, parameterName, problemWords } from '../../text/parameter-words.ts';
import { HelpTip } from '../../ui/help-tip.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { BooleanControl, ChoiceControl, type ControlProps, ListControl, NumberControl } from './controls.tsx';
import { boxText, rangeWords, valueWords } from './value-words.ts';

export interface ParameterRowProps {
  readonly row: Parameter;
  /** Waits for a restart of the run at hand. */
  readonly waits: boolean;
}

export function ParameterRow({ row, waits }: ParameterRowProps) {
  const speech = useSpeech();
  const { settings } = useSurroundings().lab;
  const id = useId();
  const value = useSettings((state) => state.configuration[row.key]);
  const usual = useSettings((state) => presetConfiguration(state.preset)[row.key]);
  const all = useSettings((state) => state.problems);
  const problems = all.filter((problem) => concerns(problem, row.key));
  const refused = all.find(({ at }) => at === row.key)?.text ?? null;
  const changed = boxText(value) !== boxText(usual);
  const name = parameterName(speech, row);
  const [helpId, problemId] = [`${id}help`, `${id}problem`];
  const back = speech.say('setup.reset', { name, value: valueWords(speech, row, usual) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand in a grid beside its controls
    <div
      className="parameter"
      role="group"
      aria-labelledby={id}
      data-parameter={row.key}
      data-changed={changed}
      data-invalid={problems.length > 0}
    >
      <div className="parameter-name">
        <h4 id={id}>
          {name}
          {row.symbol !== '' && <i className="symbol"> {row.symbol}</i>}
        </h4>
        <HelpTip id={helpId} label={speech.say('setup.help', { name })}>
          <ParameterHelp row={row} usual={usual} />
        </HelpTip>
        {changed && <span className="visually-hidden">{speech.say('setup.changed')}</span>}
      </div>
      <Control
        row={row}
        value={value}
        refused={refused}
        describedBy={problems.length > 0 ? `${problemId} ${helpId}` : helpId}
        onText={(text) => changeParameter(settings, row, text)}
      />
      <button
        type="button"
        className="bare parameter-reset"
        aria-label={back}
        title={back}
        disabled={!changed && refused === null}
        onClick={() => resetParameter(settings, row.key)}
      >
        <Icon name="reset" />
      </button>
      <Problems id={problemId} problems={problems} />
      {waits && <p className="parameter-waits quiet">{speech.say('setup.waits')}</p>}
    </div>
  );
}

function Problems({ id, problems }: { readonly id: string; readonly problems: readonly Refused[] }) {
  const speech = useSpeech();
  const sentences = new Set(problems.map((problem) => problemWords(speech, problem)));
  return (
    <div className="parameter-problem" role="alert" id={id}>
      {[...sentences].map((sentence) => (
        <p key={sentence} className="problem">
          {sentence}
        </p>
      ))}
      {sentences.size > 0 && <p className="quiet">{speech.say('setup.kept-value')}</p>}
    </div>
  );
}

function ParameterHelp({ row, usual }: { readonly row: Parameter; readonly usual: unknown }) {
  const speech = useSpeech();
  return (
    <>
      <p>{parameterHelp(speech, row)}</p>
      <p className="quiet">
        {speech.join(
          rangeWords(speech, row),
          speech.say('setup.usual', { value: valueWords(speech, row, usual) }),
          speech.say(row.restart ? 'setup.restart.needed' : 'setup.restart.none'),
        )}
      </p>
    </>
  );
}

/** The row's kind decides what kind of value its field of the configuration holds. */
function Control({ row, ...props }: ControlProps<Parameter, unknown>) {
  switch (row.kind) {
    case 'number':
    case 'integer':
      return <NumberControl {...props} row={row} value={props.value as number} />;
    case 'list':
      return <ListControl {...props} row={row} value={props.value as readonly number[]} />;
    case 'boolean':
      return <BooleanControl {...props} row={row} value={props.value as boolean} />;
    case 'choice':
      return <ChoiceControl {...props} row={row} value={props.value as string | number} />;
  }
}
