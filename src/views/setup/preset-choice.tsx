// Presets as cards, in two layers: how to play, and the loss over it. Taking one can be taken back.

import { useState } from 'react';
import { changedKeys, type Settings, takePreset } from '../../lab/settings/settings-store.ts';
import { PRESET_LAYERS, type PresetName } from '../../spin/presets.ts';
import { usePage, useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';

type Taken = Pick<Settings, 'preset' | 'configuration'>;

export function Presets() {
  const speech = useSpeech();
  const { settings } = useSurroundings().lab;
  const preset = useSettings((state) => state.preset);
  const loss = useSettings((state) => state.configuration.loss);
  const locked = usePage((page) => page.locked);
  const lossHidden = usePage((page) => page.hidden.includes('loss'));
  /** What a preset took the place of, where somebody had changed it; until the next change of another kind. */
  const [replaced, setReplaced] = useState<{ readonly before: Taken; readonly count: number } | null>(null);
  const take = (name: PresetName) => {
    const before = settings.getState();
    const count = changedKeys(before).filter((key) => key !== 'seed' && key !== 'loss').length;
    takePreset(settings, name);
    setReplaced(count === 0 ? null : { before, count });
  };
  return (
    <section className="presets" aria-labelledby="presets-title">
      <h2 id="presets-title">{speech.say('setup.presets')}</h2>
      {locked && <p className="quiet">{speech.say('setup.presets.locked')}</p>}
      <Layer
        title={speech.say('setup.presets.base')}
        names={PRESET_LAYERS.base}
        chosen={preset}
        locked={locked}
        onTake={take}
      />
      {replaced !== null && (
        <p className="replaced" role="status">
          {speech.say('setup.presets.replaced', { n: replaced.count })}{' '}
          <button
            type="button"
            onClick={() => {
              const { preset: name, configuration } = replaced.before;
              settings.setState({ preset: name, configuration, problems: [] });
              setReplaced(null);
            }}
          >
            {speech.say('setup.presets.undo')}
          </button>
        </p>
      )}
      {!lossHidden && (
        <Layer
          title={speech.say('setup.presets.loss')}
          names={PRESET_LAYERS.loss}
          chosen={loss}
          locked={locked}
          onTake={(name) => takePreset(settings, name)}
        />
      )}
    </section>
  );
}

interface LayerProps {
  readonly title: string;
  readonly names: readonly PresetName[];
  readonly chosen: string;
  readonly locked: boolean;
  readonly onTake: (name: PresetName) => void;
}

/** Buttons, not radio buttons: arrow keys must not take every preset on their way. */
function Layer({ title, names, chosen, locked, onTake }: LayerProps) {
  const speech = useSpeech();
  return (
    <div className="preset-layer">
      <h3>{title}</h3>
      <ul>
        {names
          .filter((name) => !locked || name === chosen)
          .map((name) => (
            <li key={name}>
              <button
                type="button"
                className="preset-card"
                data-preset={name}
                aria-pressed={name === chosen}
                disabled={locked}
                onClick={() => onTake(name)}
              >
                <strong>{speech.say(`preset.${name}`)}</strong>
                <span>{speech.say(`preset.${name}.help`)}</span>
              </button>
            </li>
          ))}
      </ul>
    </div>
  );
}
