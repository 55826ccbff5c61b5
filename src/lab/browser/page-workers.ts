// Every worker that the page starts, and how one is ended.

import { Channel, type Endpoint, type Methods } from '../../../workers/messages/channel.ts';

export type PlayerName = 'player' | 'opponent';

/** A worker, or what stands in for one in a test. */
export interface WorkerHandle {
  readonly endpoint: Endpoint;
  terminate(): void;
}

export type StartWorker = (who: PlayerName) => WorkerHandle;

const handled = (worker: Worker): WorkerHandle => ({ endpoint: worker, terminate: () => worker.terminate() });

// Each worker stands in one expression, by which the build knows it.

export const startWorker: StartWorker = (who) =>
  handled(
    who === 'opponent'
      ? new Worker(new URL('../../../workers/opponent.ts', import.meta.url), { type: 'module', name: 'opponent' })
      : new Worker(new URL('../../../workers/player.ts', import.meta.url), { type: 'module', name: 'player' }),
  );

export const startKeeper = (): WorkerHandle =>
  handled(new Worker(new URL('../../../workers/keeper.ts', import.meta.url), { type: 'module', name: 'keeper' }));

export const startCompiler = (): WorkerHandle =>
  handled(new Worker(new URL('../../../workers/compiler.ts', import.meta.url), { type: 'module', name: 'compiler' }));

export const startThreadProbe = (): WorkerHandle =>
  handled(
    new Worker(new URL('../../../workers/thread-probe.ts', import.meta.url), { type: 'module', name: 'thread-probe' }),
  );

/** Has something done by workers that live no longer than that: one channel a worker. */
export async function byWorkers<P extends Methods<P>, T>(
  handles: readonly WorkerHandle[],
  work: (...channels: readonly Channel<P>[]) => Promise<T>,
): Promise<T> {
  const channels = handles.map(({ endpoint }) => new Channel<P>(endpoint));
  try {
    return await work(...channels);
  } finally {
    for (const channel of channels) channel.close();
    for (const handle of handles) handle.terminate();
  }
}
