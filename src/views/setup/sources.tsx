// What is played on and with: data, back end, and whether the supervised control follows. All are taken at the next start.

import { useId } from 'react';
import { BACKEND_CHOICES } from '../../lab/settings/allowed-settings.ts';
import { FileButton } from '../../ui/file-button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useSession, useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';

export function Sources() {
  const speech = useSpeech();
  const playing = useSession(({ status }) => !['idle', 'finished'].includes(status));
  return (
    <section className="sources" aria-labelledby="sources-title">
      <h2 id="sources-title">{speech.say('setup.sources')}</h2>
      <DataField />
      <BackendField />
      <ControlField />
      {playing && <p className="quiet">{speech.say('setup.sources.next')}</p>}
    </section>
  );
}

function DataField() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const own = useSettings((settings) => settings.own);
  return (
    <div className="source data">
      <h3>{speech.say('setup.data')}</h3>
      <p>
        {own === null ? (
          speech.say('setup.data.world')
        ) : (
          <>
            <strong translate="no">{own.name}</strong> {speech.say('setup.data.rows', { n: own.rows })}
          </>
        )}
      </p>
      <div className="buttons">
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
      </div>
      <p className="quiet">{speech.say('setup.data.help')}</p>
    </div>
  );
}

function BackendField() {
  const speech = useSpeech();
  const { settings } = useSurroundings().lab;
  const chosen = useSettings((state) => state.backend);
  const id = useId();
  return (
    <div className="source">
      <h3 id={id}>{speech.say('backend.title')}</h3>
      <select
        aria-labelledby={id}
        value={chosen}
        onChange={({ target }) => {
          const backend = BACKEND_CHOICES.find((name) => name === target.value);
          if (backend !== undefined) settings.setState({ backend });
        }}
      >
        {BACKEND_CHOICES.map((name) => (
          <option key={name} value={name}>
            {speech.say(`backend.${name}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

function ControlField() {
  const speech = useSpeech();
  const { settings } = useSurroundings().lab;
  const on = useSettings((state) => state.withControl);
  const supervised = useSettings((state) => state.configuration.control === 'supervised');
  const id = useId();
  return (
    <div className="source">
      <Switch
        label={speech.say('setup.control')}
        describedBy={id}
        on={on && !supervised}
        disabled={supervised}
        onSwitch={(withControl) => settings.setState({ withControl })}
      />
      <p id={id} className="quiet">
        {speech.say(supervised ? 'setup.control.is' : 'setup.control.help')}
      </p>
    </div>
  );
}
