// The page's one lab: its settings, its session, its runs and the browser around them. Views get it from here.

import packageFile from '../../package.json' with { type: 'json' };
import { LookedAtPair } from './arena/looked-at-pair.ts';
import { browserStorage } from './browser/browser-storage.ts';
import { startKeeper, startWorker } from './browser/page-workers.ts';
import { AnyIteration } from './compare/any-iteration.ts';
import { findCapabilities } from './players/backend.ts';
import { ThreadChooser } from './players/thread-choice.ts';
import { threadProbe } from './players/thread-trial.ts';
import { followSession, playControls } from './runs/follow-session.ts';
import { KeptList } from './runs/kept-list.ts';
import { KeptRuns } from './runs/kept-runs.ts';
import { Overlays } from './runs/overlays.ts';
import { playQueued } from './runs/play-queued.ts';
import { Queue } from './runs/queue.ts';
import { RunKeeping } from './runs/run-keeping.ts';
import { createShownStore, type ShownStore } from './runs/shown-run.ts';
import { stayAwake } from './session/awake.ts';
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
  readonly runs: KeptRuns;
  readonly queue: Queue;
  readonly overlays: Overlays;
  readonly reader: AnyIteration;
  readonly watcher: LookedAtPair;
  /** Plays on a file of one's own from the next start on; null: on the world. An unfit file is told and changes nothing. */
  takeFile(file: File | null): Promise<void>;
}

/** @param download hands a file to the person */
export function createLab(download: (content: Blob, name: string) => void): Lab {
  const base = document.baseURI;
  const storage = browserStorage();
  const keeper = keeperClient(startKeeper);
  const tabs = openTabs();
  const settings = createSettingsStore(location.search, { storage, own: isOwnAddress() });
  const shown = createShownStore();
  const watcher = new LookedAtPair();
  const list = new KeptList({ keeper, shown });
  const keeping = new RunKeeping({ keeper, tabs, base, list, shown });
  const session = new Session({
    machine: {
      startWorker,
      capabilities: findCapabilities,
      threads: new ThreadChooser({ probe: (quiet) => threadProbe(base, quiet), storage, runtime: RUNTIME_VERSION }),
      base,
    },
    settings: settings.getState,
    hidden: () => document.hidden,
    shelf: keeping,
    watcher,
  });
  const runs = new KeptRuns({ keeper, list, keeping, session, settings, shown, startWorker, base, download, tabs });
  const overlays = new Overlays(runs, shown);
  const reader = new AnyIteration({
    startWorker,
    shown,
    keeper,
    controlId: () => overlays.store.getState().controlId,
    plan: () => session.plan(),
    base,
  });
  const queue = new Queue({
    play: (run) => playQueued(session, settings, run),
    free: () => ['idle', 'finished'].includes(session.store.getState().status),
    onChange: (listener) => session.store.subscribe((now, before) => now.status !== before.status && listener()),
    preset: () => settings.getState().preset,
    names: () => list.entries.flatMap(({ notes }) => [notes.name, notes.group ?? '']),
    storage,
  });
  window.addEventListener('storage', () => queue.reread());
  followSession(session, shown, runs);
  playControls(session, () => settings.getState().withControl, list, queue);
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

/** Settings that a run once begun can take act from its next checkpoint on; others wait for the next start. */
function applySettings(session: Session, settings: SettingsStore): void {
  settings.subscribe((now, before) => {
    if (now.backend !== before.backend) session.replan();
    if (now.configuration !== before.configuration) session.apply(now.configuration);
  });
  session.lowered.add((learningRates) =>
    settings.setState(({ configuration }) => ({ configuration: { ...configuration, learningRates } })),
  );
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
