// Settings remembered in the browser from one visit to the next.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import { rulesMatter, validateWritten } from '../../spin/former-rules.ts';
import { differences, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { PRESET_LAYERS, type PresetName, presetConfiguration } from '../../spin/presets.ts';
import type { KeptTexts } from '../browser/browser-storage.ts';
import type { BackendChoice } from '../players/backend.ts';
import { BACKEND_CHOICES, baseOf } from './allowed-settings.ts';

export interface Remembered {
  readonly preset: PresetName;
  readonly configuration: SpinConfiguration;
  readonly backend: BackendChoice;
  readonly withControl: boolean;
}

export const SETTINGS_KEY = 'spin-lab.settings';

/** Remembers what differs from the defaults; if nothing does, nothing is kept. */
export function remember(texts: KeptTexts, { preset, configuration, backend, withControl }: Remembered): void {
  const base = baseOf(preset);
  const keys = differences(configuration, presetConfiguration(base)).filter((key) => PARAMETERS[key].session);
  const rules = rulesMatter(configuration) ? { arithmetic: configuration.arithmetic } : {};
  const changes = { ...Object.fromEntries(keys.map((key) => [key, configuration[key]])), ...rules };
  const plain = base === 'default' && keys.length === 0 && backend === 'auto' && !withControl;
  if (plain) texts.remove(SETTINGS_KEY);
  else texts.write(SETTINGS_KEY, JSON.stringify({ preset: base, changes, backend, withControl }));
}

/** What was remembered; nothing where it is not, whole, what this lab would write. */
export function recall(texts: KeptTexts): Partial<Remembered> {
  try {
    const text = texts.read(SETTINGS_KEY);
    return text === null ? {} : read(JSON.parse(text));
  } catch {
    // No JSON.
    return {};
  }
}

function read(json: unknown): Partial<Remembered> {
  const { preset, changes, backend, withControl } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const known = PRESET_LAYERS.base.find((name) => name === preset);
  const choice = BACKEND_CHOICES.find((name) => name === backend);
  if (known === undefined || choice === undefined || typeof withControl !== 'boolean') return {};
  const validated = validateWritten(changes, presetConfiguration(known));
  if (!validated.ok) return {};
  return { preset: known, configuration: validated.configuration, backend: choice, withControl };
}
