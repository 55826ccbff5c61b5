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
  return { session, settings, takeFile: (file) => takeFile(session, settings, file) };
}

async function takeFile(session: Session, settings: SettingsStore, file: File | null): Promise<void> {
  if (file === null) {
    settings.setState({ own: null });
    return;
  }
  try {
    settings.setState({ own: await readOwnFile(file, startWorker) });
    session.dismiss();
    session.announce({ kind: 'file-taken', text: file.name });
  } catch (error) {
    session.trouble(error, 'settings');
  }
}
