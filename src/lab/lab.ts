// The page's one lab: its settings, its session and the browser around them. Views get it from here.

import { findCapabilities } from './backend.ts';
import { readOwnFile } from './own-pairs.ts';
import { startWorker } from './players.ts';
import { Session } from './session.ts';
import { createSettingsStore, type SettingsStore } from './settings-store.ts';

export interface Lab {
  readonly session: Session;
  readonly settings: SettingsStore;
  /** Plays on a file of one's own from the next start on; null: on the world. An unfit file is told and changes nothing. */
  takeFile(file: File | null): Promise<void>;
}

export function createLab(): Lab {
  const settings = createSettingsStore(location.search);
  const session = new Session({
    startWorker,
    capabilities: findCapabilities,
    settings: settings.getState,
    base: document.baseURI,
    hidden: () => document.hidden,
  });
  settings.subscribe((now, before) => {
    if (now.backend !== before.backend) session.replan();
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) session.publish();
  });
  return { session, settings, takeFile: fileTaker(session, settings) };
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
