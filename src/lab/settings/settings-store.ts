// What a person has set for the next run: preset and parameters, back end, data, and what was not taken of it.

import { createStore } from 'zustand/vanilla';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { Parameter, ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { differences, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { type PresetName, presetConfiguration } from '../../spin/presets.ts';
import { guarded } from '../browser/browser-storage.ts';
import type { BackendChoice } from '../players/backend.ts';
import { baseOf } from './allowed-settings.ts';
import { recall, remember } from './last-visit.ts';
import type { OwnFile } from './own-file.ts';
import { parameterText } from './parameter-text.ts';
import { type LinkFault, readLink } from './read-link.ts';
import { type Refused, takeTexts } from './take-texts.ts';

export interface Settings {
  /** What the parameters are compared with and taken back to: the base layer. The layer of losses is the parameter `loss`. */
  readonly preset: PresetName;
  readonly configuration: SpinConfiguration;
  readonly backend: BackendChoice;
  /** null: the built-in world. */
  readonly own: OwnFile | null;
  /** Folder of the model beside the page, with a slash at its end. */
  readonly model: string;
  /** Threads a player of a kept run that is gone on with; null: of no such run. */
  readonly threads: number | null;
  /** Threads a player that the link asks for; null: as many as are measured to be fastest. */
  readonly linkThreads: number | null;
  /** After the run its supervised control is played, too. */
  readonly withControl: boolean;
  /** The page was opened by a link with settings of its own. */
  readonly linked: boolean;
  /** What is wrong with the link that the page was opened by; then nothing of it was taken. */
  readonly faults: readonly LinkFault[];
  /** What was typed last and not taken. */
  readonly problems: readonly Refused[];
}

/**
 * Settings from an address's query: `preset`, `backend`, `threads`, `model`, `withcontrol`, and each parameter under its own short name.
 */
export function settingsFromQuery(query: string): Settings {
  const { preset, configuration, backend, threads, model, withControl, named, faults, problems } = readLink(query);
  return {
    preset,
    configuration,
    backend,
    own: null,
    model,
    threads: null,
    linkThreads: threads,
    withControl,
    linked: named,
    faults,
    problems,
  };
}

/** What the browser knows of this visit. */
export interface Visit {
  /** null where the browser keeps nothing. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  /** The address was written by the page itself: this is a reload, no link that somebody gave. */
  readonly own: boolean;
}

const NO_VISIT: Visit = { storage: null, own: false };

/** Settings of the address; where it says nothing, those of the last visit. What is changed later is remembered for the next. */
export function createSettingsStore(query: string, { storage, own }: Visit = NO_VISIT) {
  const asked = settingsFromQuery(query);
  const texts = guarded(storage);
  const first = asked.linked ? { ...asked, linked: !own } : { ...asked, ...recall(texts) };
  const store = createStore<Settings>(() => first);
  store.subscribe((now, before) => {
    const kept = ['preset', 'configuration', 'backend', 'withControl'] as const;
    if (kept.some((key) => now[key] !== before[key])) remember(texts, now);
  });
  return store;
}
export type SettingsStore = ReturnType<typeof createSettingsStore>;

/** The parameters that are set otherwise than in the preset, in table order. */
export function changedKeys({ configuration, preset }: Pick<Settings, 'configuration' | 'preset'>): ParameterKey[] {
  return differences(configuration, presetConfiguration(preset));
}

/** Takes a preset of the base layer, keeping the seed and the loss, which is a layer of its own; or a loss, keeping all the rest. */
export function takePreset(store: SettingsStore, preset: PresetName): void {
  const { configuration } = store.getState();
  const { seed, loss } = configuration;
  const base = baseOf(preset);
  if (base === preset)
    store.setState({ preset, configuration: { ...presetConfiguration(base, loss), seed }, problems: [] });
  else changeParameter(store, PARAMETERS.loss, preset);
}

/**
 * Changes one parameter. What does not validate is told and not taken, nor forgotten: it is tried again with the next change, because two
 * parameters may fit only together.
 */
export function changeParameter(store: SettingsStore, row: Pick<Parameter, 'key'>, text: string): void {
  const { configuration, problems } = store.getState();
  const waiting = problems.map(({ at, text: typed }) => [at, typed] as const);
  store.setState(takeTexts(configuration, new Map([...waiting, [row.key, text]])));
}

/** Takes a parameter back to its value in the preset. */
export function resetParameter(store: SettingsStore, key: ParameterKey): void {
  changeParameter(store, PARAMETERS[key], parameterText(presetConfiguration(store.getState().preset)[key]));
}

/** Takes everything back to the preset but the parameters in `keep`, which a link hides. */
export function resetAll(store: SettingsStore, keep: readonly ParameterKey[] = []): void {
  const { preset, configuration } = store.getState();
  const kept = Object.fromEntries(keep.map((key) => [key, configuration[key]]));
  store.setState({ configuration: { ...presetConfiguration(preset), ...kept }, problems: [] });
}

/** Takes the given parameters from another configuration, such as that of the run at hand. */
export function putBack(store: SettingsStore, from: SpinConfiguration, keys: readonly ParameterKey[]): void {
  const back = Object.fromEntries(keys.map((key) => [key, from[key]]));
  store.setState(({ configuration }) => ({ configuration: { ...configuration, ...back }, problems: [] }));
}
