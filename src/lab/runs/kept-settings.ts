// A run's settings from its record in storage, and the record of a run that begins.

import packageFile from '../../../package.json' with { type: 'json' };
import type { NewRun, RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { Opened } from '../../../workers/messages/protocol.ts';
import { BUILT_IN_MODEL_NAME, RUN_FORMAT, type RunFile, type RunNotes } from '../../folder/run-file.ts';
import { LabError } from '../../spin/lab-error.ts';
import { PRESET_NAMES } from '../../spin/presets.ts';
import type { RunAtHand } from '../session/run-at-hand.ts';
import { BUILT_IN_MODEL, isModelFolder } from '../settings/allowed-settings.ts';
import type { Settings } from '../settings/settings-store.ts';

/** A run whose model is not beside this page. */
export class ModelNotHereError extends LabError {}

/** The address of a run's model folder, relative to the page. @throws ModelNotHereError */
export function modelFolderOf({ model: { folder } }: RunFile): string {
  if (folder === BUILT_IN_MODEL_NAME) return BUILT_IN_MODEL;
  if (isModelFolder(folder)) return folder;
  throw new ModelNotHereError(
    `The run was played with the model “${folder}”, which is not beside this page.`,
    'Look at the run here, and go on with it on the command line, where its model is.',
  );
}

export type KeptSettings = Omit<Settings, 'withControl' | 'linkThreads'>;

/** What to play a kept run with, so that its numbers stay the same. @throws ModelNotHereError */
export function keptSettings({ file, notes }: RunEntry, own: Settings['own']): KeptSettings {
  const { backend, threads } = file.environment;
  return {
    preset: PRESET_NAMES.find((name) => name === notes.preset) ?? 'default',
    configuration: file.configuration,
    backend: backend === 'wasm' || backend === 'webgpu' ? backend : 'auto',
    threads,
    linked: false,
    faults: [],
    own,
    model: modelFolderOf(file),
    problems: [],
  };
}

/** The record of a run that begins now. */
export function newRun(
  { settings, configuration, model, data }: RunAtHand,
  { runtime, backend, adapter, threads, parameterCount }: Opened,
  { id, notes, base }: { readonly id: string; readonly notes: RunNotes; readonly base: string },
): NewRun {
  const [name = '', version = ''] = runtime.split(' ');
  const file: RunFile = {
    format_version: RUN_FORMAT,
    configuration,
    environment: {
      version: packageFile.version,
      runtime: name,
      runtime_version: version,
      backend,
      adapter,
      threads,
      browser: navigator.userAgent,
      seed: configuration.seed,
    },
    model: { ...model, parameters: parameterCount },
    data,
    started: new Date().toISOString(),
    finished: null,
    lab: notes,
  };
  return { id, file, notes, modelBase: new URL(settings.model, base).href, own: settings.own };
}
