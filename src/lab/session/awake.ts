// Keeps the machine awake while a run plays, and notices when it slept all the same.

import type { Session } from './session.ts';

const LOOK_EVERY_MS = 5_000;
/** A timer of a hidden tab may be late by a minute; more than two is sleep. */
const SLEPT_MS = 120_000;

export function stayAwake(session: Session): void {
  let lock: WakeLockSentinel | null = null;
  const running = (): boolean => ['running', 'opening'].includes(session.store.getState().status);
  const follow = async (): Promise<void> => {
    if (!running()) {
      await lock?.release().catch(() => undefined);
      lock = null;
    } else if ((lock === null || lock.released) && !document.hidden) {
      // Refused on low battery, or where the browser has none: the run goes on all the same.
      lock = await (navigator.wakeLock?.request('screen').catch(() => null) ?? null);
    }
  };
  let before = session.store.getState().status;
  session.store.subscribe(({ status }) => {
    if (status !== before) void follow();
    before = status;
  });
  document.addEventListener('visibilitychange', () => void follow());
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > SLEPT_MS && running()) session.announce({ kind: 'slept' });
    last = now;
  }, LOOK_EVERY_MS);
}
