// The page's one lab: its settings, its session, its runs and the browser around them. Views get it from here.

import packageFile from '../../package.json' with { type: 'json' };
import { WORLD_NAME } from '../folder/run-file.ts';
import type { SpinConfiguration } from '../spin/configuration.ts';
import { differences } from '../spin/parameters/parameter-table.ts';
import { PRESET_NAMES } from '../spin/presets.ts';
import { Watcher } from './arena/looked-at-pair.ts';
import { browserStorage } from './browser-storage.ts';
import { Reader } from './compare/any-iteration.ts';
import { startKeeper, startWorker } from './page-workers.ts';
import { findCapabilities } from './players/backend.ts';
import { ThreadChooser } from './players/thread-choice.ts';
import { threadProbe } from './players/thread-trial.ts';
import { type RunEntry, Runs } from './runs/kept-runs.ts';
import { Overlays } from './runs/overlays.ts';
import { Queue, type QueuedRun } from './runs/queue.ts';
import { createShownStore, type Shown, type ShownStore } from './runs/shown-run.ts';
import { stayAwake } from './session/awake.ts';
import type { BegunRun } from './session/run-host.ts';
import { Session } from './session/session.ts';
import { isOwnAddress } from './settings/address-bar.ts';
import { readOwnFile } from './settings/own-file.ts';
import { createPageStore, type PageStore } from './settings/page-store.ts';
import { createSettingsStore, type SettingsStore } from './settings/settings-store.ts';
import { keeperClient } from './storage/keeper-client.ts';
import { openTabs } from './storage/tabs.ts';

const RUNTIME_VERSION = packageFile.dependencies['onnxruntime-web'];

export interface Lab {
  readonly session: Session;
  readonly settings: SettingsStore;
  readonly page: PageStore;
  /** The run that views look at. */
  readonly shown: ShownStore;
  readonly runs: Runs;
  readonly queue: Queue;
  readonly overlays: Overlays;
  readonly reader: Reader;
  readonly watcher: Watcher;
  /** Plays on a file of one's own from the next start on; null: on the world. An unfit file is told and changes nothing. */
  takeFile(file: File | null): Promise<void>;
}

/** @param download hands a file to the person */
export function createLab(download: (content: Blob, name: string) => void): Lab {
  const settings = createSettingsStore(location.search, { storage: browserStorage(), own: isOwnAddress() });
  const shown = createShownStore();
  const watcher = new Watcher();
  const keeper = keeperClient(startKeeper);
  const base = document.baseURI;
  /** The group of the queued run that begins next. */
  let group: string | null = null;
  const session: Session = new Session({
    startWorker,
    capabilities: findCapabilities,
    settings: settings.getState,
    threads: new ThreadChooser({
      probe: (quiet) => threadProbe(base, quiet),
      storage: browserStorage(),
      runtime: RUNTIME_VERSION,
    }),
    base,
    hidden: () => document.hidden,
    keep: (run, opened) => runs.keep(run, opened, group),
    leave: (run) => runs.left(run),
    measured: (run) => runs.measured(run),
    finished: async (run, follows) => {
      await runs.ended(run);
      const wanted = follows && settings.getState().withControl;
      const control = controlOf(run, wanted, runs.store.getState().entries ?? []);
      if (control !== null) queue.add([control], false);
    },
    watcher,
    onLowered: (learningRates) =>
      settings.setState(({ configuration }) => ({ configuration: { ...configuration, learningRates } })),
  });
  const runs: Runs = new Runs({ keeper, session, settings, shown, startWorker, base, download, tabs: openTabs() });
  const overlays = new Overlays(runs, shown);
  const reader = new Reader({
    startWorker,
    shown,
    keeper,
    controlId: () => overlays.store.getState().controlId,
    plan: () => session.plan(),
    base,
  });
  const queue: Queue = new Queue({
    play: async (run) => {
      group = run.group;
      return playQueued(session, settings, run).finally(() => {
        group = null;
      });
    },
    free: () => ['idle', 'finished'].includes(session.store.getState().status),
    onChange: (listener) => session.store.subscribe((now, before) => now.status !== before.status && listener()),
    preset: () => settings.getState().preset,
    names: () => (runs.store.getState().entries ?? []).flatMap(({ notes }) => [notes.name, notes.group ?? '']),
    storage: browserStorage(),
  });
  window.addEventListener('storage', () => queue.reread());
  followSession(session, shown, runs);
  applySettings(session, settings);
  stayAwake(session);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) session.publish();
  });
  const { linked, configuration } = settings.getState();
  void runs.begin(linked ? configuration : null);
  const page = createPageStore();
  return {
    session,
    settings,
    page,
    shown,
    runs,
    queue,
    overlays,
    reader,
    watcher,
    takeFile: fileTaker(session, settings),
  };
}

/** A run that begins is what views look at; then each publication is theirs. */
function followSession(session: Session, shown: ShownStore, runs: Runs): void {
  let { record } = session;
  let { status } = session.store.getState();
  session.store.subscribe((state) => {
    if (session.record !== record) {
      record = session.record;
      // The control is played behind the run that it is the control of.
      if (isControlOf(state.configuration, shown.getState())) shown.setState({ source: 'kept' });
      else runs.showLive();
    } else if (shown.getState().record === record) {
      shown.setState((now) => ({ revision: now.revision + 1 }));
    }
    if (state.status !== status && ['failed', 'paused'].includes(state.status)) void runs.refresh();
    status = state.status;
  });
}

const isControlOf = (configuration: SpinConfiguration | null, { source, record }: Shown): boolean =>
  source === 'live' &&
  record.completed &&
  record.configuration !== null &&
  configuration?.control === 'supervised' &&
  differences(configuration, record.configuration).join() === 'control';

/** The control that is to be played after a run; null where none is wanted, or there is one. */
function controlOf(
  { configuration, settings }: BegunRun,
  wanted: boolean,
  entries: readonly RunEntry[],
): SpinConfiguration | null {
  if (!wanted || configuration.control !== 'none') return null;
  const control: SpinConfiguration = { ...configuration, control: 'supervised' };
  const there = entries.some(
    ({ file }) =>
      file.finished !== null &&
      differences(file.configuration, control).length === 0 &&
      file.data.source === (settings.own?.name ?? WORLD_NAME),
  );
  return there ? null : control;
}

/** Settings that a run once begun can take act from its next checkpoint on; others wait for the next start. */
function applySettings(session: Session, settings: SettingsStore): void {
  settings.subscribe((now, before) => {
    if (now.backend !== before.backend) session.replan();
    if (now.configuration !== before.configuration) session.apply(now.configuration);
  });
}

async function playQueued(session: Session, settings: SettingsStore, run: QueuedRun): Promise<'finished' | 'stopped'> {
  if (session.store.getState().status !== 'finished') await session.reset();
  const preset = PRESET_NAMES.find((name) => name === run.preset) ?? 'default';
  session.play({ ...settings.getState(), preset, configuration: run.configuration });
  return new Promise((resolve, reject) => {
    const stop = session.store.subscribe(({ status, trouble }) => {
      if (status === 'finished') resolve('finished');
      else if (status === 'idle' || status === 'stopping') resolve('stopped');
      else if (status === 'failed') reject(Object.assign(new Error(trouble?.message ?? ''), { name: trouble?.name }));
      else return;
      stop();
    });
  });
}

/** Of files taken one upon another, only the last counts. */
function fileTaker(session: Session, settings: SettingsStore): Lab['takeFile'] {
  let taken = 0;
  return async (file) => {
    taken += 1;
    const turn = taken;
    try {
      const own = file === null ? null : await readOwnFile(file, startWorker);
      if (turn !== taken) return;
      settings.setState({ own });
      if (own === null) return;
      session.dismiss();
      session.announce({ kind: 'file-taken', text: own.name });
    } catch (error) {
      if (turn === taken) session.trouble(error, 'settings');
    }
  };
}
