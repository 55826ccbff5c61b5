// The queue's turn to play: a queued run in the session, to its end.

import { PRESET_NAMES } from '../../spin/presets.ts';
import type { Session } from '../session/session.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { QueuedRun } from './queue.ts';

/** `stopped`: a person ended it before. Rejects with the error that ended it. */
export async function playQueued(
  session: Session,
  settings: SettingsStore,
  run: QueuedRun,
): Promise<'finished' | 'stopped'> {
  if (session.store.getState().status !== 'finished') await session.reset();
  const preset = PRESET_NAMES.find((name) => name === run.preset) ?? 'default';
  session.play({ ...settings.getState(), preset, configuration: run.configuration }, run.group);
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
