// Tries out a number of threads: two workers at once, as the players are, each with a runtime of its own. A thread pool's size is fixed
// when a runtime starts, so each number needs new workers. What a rate is good for, `thread-choice.ts` says.

import { Channel } from '../../../workers/messages/channel.ts';
import type { ThreadProbeProtocol } from '../../../workers/messages/protocol.ts';
import { runtimeProgram } from './runtime-program.ts';
import type { ThreadProbe } from './thread-choice.ts';
import type { WorkerHandle } from './worker-pool.ts';

/** V8 compiles a module twice, quickly and then well; what runs before the second is not what a run has. */
const WARM_UP_MS = 150;
const MEASURED_MS = 250;
/** The runtime waits for ever for threads that cannot be started. */
const PATIENCE_MS = 15_000;

const startProbe = (): WorkerHandle => {
  // In one expression, by which the build knows a worker.
  const worker = new Worker(new URL('../../../workers/thread-probe.ts', import.meta.url), {
    type: 'module',
    name: 'thread-probe',
  });
  return { endpoint: worker, terminate: () => worker.terminate() };
};

/**
 * Two probes a try.
 * @param base the page's own address, under which the runtime lies
 * @param quiet when nothing else is at work; until then the first try only makes ready
 */
export function threadProbe(base: string, quiet: Promise<void>): ThreadProbe {
  const runtimeBase = new URL('runtime/', base).href;
  return async (threads, signal) => {
    const both = [startProbe(), startProbe()].map((handle) => ({
      handle,
      channel: new Channel<ThreadProbeProtocol>(handle.endpoint),
    }));
    try {
      // It may have to be loaded first, for as long as that takes.
      const program = await Promise.race([runtimeProgram(runtimeBase), aborted(signal)]);
      const open = { threads, runtimeBase, program };
      await Promise.all(both.map(({ channel }) => channel.call('open', open, patience(signal))));
      await Promise.race([quiet, aborted(signal)]);
      const measure = { warmUpMs: WARM_UP_MS, measuredMs: MEASURED_MS };
      const rates = await Promise.all(both.map(({ channel }) => channel.call('measure', measure, patience(signal))));
      return rates.reduce((sum, rate) => sum + rate, 0);
    } finally {
      for (const { handle, channel } of both) {
        channel.close();
        handle.terminate();
      }
    }
  };
}

const patience = (signal: AbortSignal) => ({ signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
