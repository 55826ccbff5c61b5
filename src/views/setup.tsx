// What the next run is set to: preset, a few parameters, data and back end. The controls come from the parameter table.

import { useEffect, useState } from 'react';
import type { BackendChoice } from '../lab/backend.ts';
import { changeParameter, takePreset } from '../lab/settings-store.ts';
import type { Parameter } from '../spin/parameter-kinds.ts';
import { PARAMETERS } from '../spin/parameters.ts';
import { PRESET_NAMES } from '../spin/presets.ts';
import { FileButton } from '../ui/file-button.tsx';
import { useSession, useSettings, useSpeech, useSurroundings } from './lab-context.ts';

/** Those that a first page needs; the others keep their preset's values and can be set in the address. */
const SHOWN = ['seed', 'iterations', 'examplesPerIteration', 'batchSize', 'lambdas', 'learningRates'] as const;
const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm'];

export function Setup() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const locked = useSession(
    ({ status, trouble }) => status !== 'idle' && !(status === 'failed' && trouble?.kept !== 'run-so-far'),
  );
  const { preset, backend, problems } = useSettings((settings) => settings);
  return (
    <details className="section setup" open={!locked}>
      <summary>
        <h2>{speech.say('setup.title')}</h2>
      </summary>
      <fieldset disabled={locked}>
        <legend className="visually-hidden">{speech.say('setup.title')}</legend>
        <label>
          {speech.say('setup.preset')}
          <select
            value={preset}
            onChange={({ target }) =>
              takePreset(lab.settings, PRESET_NAMES.find((name) => name === target.value) ?? 'default')
            }
          >
            {PRESET_NAMES.map((name) => (
              <option key={name} value={name}>
                {speech.say(`preset.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <p className="preset-help quiet">{speech.say(`preset.${preset}.help`)}</p>
        {SHOWN.map((key) => (
          <ParameterField
            key={key}
            row={PARAMETERS[key]}
            name={speech.say(`parameter.${key}`)}
            help={speech.say(`parameter.${key}.help`)}
          />
        ))}
        <label>
          {speech.say('backend.title')}
          <select
            value={backend}
            onChange={({ target }) =>
              lab.settings.setState({ backend: BACKENDS.find((one) => one === target.value) ?? 'auto' })
            }
          >
            {BACKENDS.map((name) => (
              <option key={name} value={name}>
                {speech.say(`backend.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <DataField />
      </fieldset>
      {problems.map(({ key, message }) => (
        <p key={key + message} className="problem" role="alert">
          {speech.say('setup.problem')} <span lang="en">{message}</span>
        </p>
      ))}
      {locked && <p className="quiet">{speech.say('setup.locked')}</p>}
    </details>
  );
}

/** 0.0004 as 4e-4: what is shorter is read, and compared, sooner. */
function shortest(value: unknown): string {
  const plain = String(value);
  const power = typeof value === 'number' ? value.toExponential() : plain;
  return power.length < plain.length ? power : plain;
}

/** A field that keeps what is being typed and hands it on when left, or on Enter. */
function ParameterField(props: { readonly row: Parameter; readonly name: string; readonly help: string }) {
  const { row, name, help } = props;
  const { lab } = useSurroundings();
  const value = useSettings((settings) => settings.configuration[row.key]);
  const shown = Array.isArray(value) ? value.map(shortest).join(', ') : shortest(value);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const commit = () => {
    if (text !== shown) changeParameter(lab.settings, row, text);
  };
  return (
    <label title={help} className={row.kind}>
      {name}
      <input
        inputMode={row.kind === 'list' ? 'text' : 'decimal'}
        autoComplete="off"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onBlur={commit}
        onKeyDown={({ key }) => {
          if (key === 'Enter') commit();
        }}
      />
    </label>
  );
}

function DataField() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const own = useSettings((settings) => settings.own);
  return (
    <div className="data">
      <span>{speech.say('setup.data')}</span>
      <strong>
        {own === null ? speech.say('setup.data.world') : speech.say('setup.data.own', { name: own.name, n: own.rows })}
      </strong>
      <FileButton
        label={speech.say('setup.data.open')}
        title={speech.say('setup.data.help')}
        onFile={(file) => void lab.takeFile(file)}
      />
      {own !== null && (
        <button type="button" onClick={() => void lab.takeFile(null)}>
          {speech.say('setup.data.back')}
        </button>
      )}
      <span className="quiet">{speech.say('setup.data.help')}</span>
    </div>
  );
}
