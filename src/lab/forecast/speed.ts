// How fast this session has trained, from the steps that it took.

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunRecord } from '../record/run-record.ts';
import { quantile } from '../record/series.ts';

export interface Speed {
  /** Of work, from step to step: what the player waits for the opponent is in it. */
  readonly secondsAPair: number;
  /** Tokens of a prompt and both responses, in the mean. */
  readonly tokensAPair: number;
}

/** A speed and where it was measured. */
export interface MeasuredSpeed extends Speed {
  readonly backend: string;
  readonly ownData: boolean;
}

const LEAST_STEPS = 4;
const MOST_STEPS = 64;

/**
 * The speed of a record's latest steps; null before there are enough. Of the times between two steps of an iteration the lower quartile is
 * taken, because pauses and slow motion only lengthen them.
 */
export function speedOfSteps({ columns, configuration }: RunRecord): Speed | null {
  if (configuration === null) return null;
  const [iteration, seconds, tokens] = (['iteration', 'seconds', 'tokens'] as const).map((name) =>
    columns.column(name),
  );
  const first = Math.max(1, columns.length - MOST_STEPS);
  const steps = Array.from({ length: Math.max(0, columns.length - first) }, (_, at) => first + at).filter(
    (at) => iteration![at] === iteration![at - 1],
  );
  if (steps.length < LEAST_STEPS) return null;
  const times = Float64Array.from(steps, (at) => seconds![at]! - seconds![at - 1]!).sort();
  const sum = steps.reduce((total, at) => total + tokens![at]!, 0);
  return {
    secondsAPair: quantile(times, 0.25) / configuration.batchSize,
    tokensAPair: sum / steps.length / configuration.batchSize,
  };
}

/** A session as far as its speed goes. */
export interface TimedSession {
  readonly record: RunRecord;
  readonly store: Pick<StoreApi<{ readonly opened: { readonly backend: string } | null }>, 'getState' | 'subscribe'>;
}

const stores = new WeakMap<TimedSession, StoreApi<MeasuredSpeed | null>>();

/** The speed that the session was last seen at; it outlasts a reset. */
export function speedOf(session: TimedSession): StoreApi<MeasuredSpeed | null> {
  const known = stores.get(session);
  if (known !== undefined) return known;
  const store = createStore<MeasuredSpeed | null>(() => null);
  const look = (): void => {
    const speed = speedOfSteps(session.record);
    const backend = session.store.getState().opened?.backend;
    if (speed === null || backend === undefined) return;
    store.setState({ ...speed, backend, ownData: session.record.file !== null });
  };
  look();
  session.store.subscribe(look);
  stores.set(session, store);
  return store;
}
