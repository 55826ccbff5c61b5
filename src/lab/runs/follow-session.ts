// What happens to the shown run and to the list as the session goes on: a run that begins is shown, but for a control, which is played
// behind the run that it is the control of; and a finished run has its control played where that is wanted.

import type { StoreApi } from 'zustand/vanilla';
import type { SpinConfiguration } from '../../spin/configuration.ts';
import type { Listeners } from '../browser/listeners.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunAtHand, RunIdentity } from '../session/run-at-hand.ts';
import type { SessionState } from '../session/session-store.ts';
import { isControlOf, missingControl } from './control-of.ts';
import type { KeptList } from './kept-list.ts';
import type { ShownStore } from './shown-run.ts';

/** The session, as far as the shown run follows it. */
export interface FollowedSession {
  readonly run: RunIdentity | null;
  readonly record: RunRecord;
  readonly store: Pick<StoreApi<Pick<SessionState, 'status'>>, 'getState' | 'subscribe'>;
}

/** A run that begins is what views look at; then each publication is theirs. */
export function followSession(
  session: FollowedSession,
  shown: ShownStore,
  runs: { showLive(): void; refresh(): Promise<void> },
): void {
  let { record, run } = session;
  let { status } = session.store.getState();
  session.store.subscribe((state) => {
    if (session.record !== record) {
      const behind = run !== null && session.run !== null && isPlayedBehind(session.run, run, shown);
      if (behind) shown.setState({ source: 'kept' });
      else runs.showLive();
      ({ record, run } = session);
    } else if (shown.getState().record === record) {
      shown.setState((now) => ({ revision: now.revision + 1 }));
    }
    if (state.status !== status && ['failed', 'paused'].includes(state.status)) void runs.refresh();
    status = state.status;
  });
}

/** Whether a run is the control of the one before it, which is shown and over. */
function isPlayedBehind(begun: RunIdentity, before: RunIdentity, shown: ShownStore): boolean {
  const { source, record } = shown.getState();
  return source === 'live' && record.completed && isControlOf(begun, before);
}

/** Queues the control of a run that is finished, where it is wanted and there is none yet. */
export function playControls(
  session: { readonly finished: Listeners<[run: RunAtHand, follows: boolean]> },
  wanted: () => boolean,
  list: Pick<KeptList, 'entries'>,
  queue: { add(configurations: readonly SpinConfiguration[], asGroup: boolean): void },
): void {
  session.finished.add((run, follows) => {
    const control = follows && wanted() ? missingControl(run, list.entries) : null;
    if (control !== null) queue.add([control], false);
  });
}
