// What a person has set for the next run: preset and parameters, back end, data. Read from the address once. Knows no session.

import { createStore } from 'zustand/vanilla';
import type { SpinConfiguration } from '../spin/configuration.ts';
import type { Parameter } from '../spin/parameter-kinds.ts';
import { PARAMETER_LIST } from '../spin/parameters.ts';
import { PRESET_NAMES, type PresetName, presetConfiguration } from '../spin/presets.ts';
import { type Problem, validate } from '../spin/validation.ts';
import type { BackendChoice } from './backend.ts';
import type { OwnFile } from './own-pairs.ts';

export interface Settings {
  readonly preset: PresetName;
  readonly configuration: SpinConfiguration;
  readonly backend: BackendChoice;
  /** null: the built-in world. */
  readonly own: OwnFile | null;
  /** Folder of the model beside the page, with a slash at its end. */
  readonly model: string;
  /** Threads of a kept run that is gone on with; null: as many as fit. */
  readonly threads: number | null;
  /** The address asked for a preset or parameters of its own. */
  readonly linked: boolean;
  /** What is wrong with the address or the last change. */
  readonly problems: readonly Problem[];
}

export const BUILT_IN_MODEL = 'models/spin-small/';
const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm'];
/** A folder beside the page: no other host, nothing above. */
const MODEL_FOLDER = /^(?:[\w-]+(?:\.[\w-]+)*\/)+$/;

/** Settings from an address's query: `preset`, `backend`, `model`, and each parameter under its own short name. */
export function settingsFromQuery(query: string): Settings {
  const given = new URLSearchParams(query);
  const preset = PRESET_NAMES.find((name) => name === given.get('preset')) ?? 'default';
  const changes = Object.fromEntries(
    PARAMETER_LIST.flatMap((row) => {
      const text = row.url === null ? null : given.get(row.url);
      return text === null ? [] : [[row.key, parameterValue(row, text)]];
    }),
  );
  const validated = validate(changes, presetConfiguration(preset));
  const model = given.get('model') ?? '';
  return {
    preset,
    configuration: validated.ok ? validated.configuration : presetConfiguration(preset),
    backend: BACKENDS.find((name) => name === given.get('backend')) ?? 'auto',
    own: null,
    threads: null,
    linked: given.has('preset') || PARAMETER_LIST.some(({ url }) => url !== null && given.has(url)),
    model: MODEL_FOLDER.test(model) ? model : BUILT_IN_MODEL,
    problems: validated.ok ? [] : validated.problems,
  };
}

/** A parameter's value as text gives it; what cannot be read stays text, for validation to refuse. */
export function parameterValue(row: Parameter, text: string): unknown {
  switch (row.kind) {
    case 'number':
    case 'integer':
      return text.trim() === '' ? text : numberOr(text);
    case 'list':
      return text
        .split(/[\s,;]+/)
        .filter((part) => part !== '')
        .map(numberOr);
    case 'boolean':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    case 'choice':
      return row.options.find(({ value }) => String(value) === text)?.value ?? text;
  }
}

function numberOr(text: string): unknown {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** Whether a text names a folder beside the page. */
export const isModelFolder = (text: string): boolean => MODEL_FOLDER.test(text);

export function createSettingsStore(query: string) {
  return createStore<Settings>(() => settingsFromQuery(query));
}
export type SettingsStore = ReturnType<typeof createSettingsStore>;

/** Takes a preset, keeping the seed. */
export function takePreset(store: SettingsStore, preset: PresetName): void {
  const { seed } = store.getState().configuration;
  store.setState({ preset, configuration: { ...presetConfiguration(preset), seed }, problems: [] });
}

/** Changes one parameter; what does not validate is told and changes nothing. */
export function changeParameter(store: SettingsStore, row: Parameter, text: string): void {
  const validated = validate({ [row.key]: parameterValue(row, text) }, store.getState().configuration);
  store.setState(
    validated.ok ? { configuration: validated.configuration, problems: [] } : { problems: validated.problems },
  );
}
