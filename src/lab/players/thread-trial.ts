// Tries out a number of threads: two workers at once, as the players are, each with a runtime of its own. A thread pool's size is fixed
// when a runtime starts, so each number needs new workers. What a rate is good for, `thread-choice.ts` says.

import type { ThreadProbeProtocol } from '../../../workers/messages/protocol.ts';
import { byWorkers, startThreadProbe } from '../browser/page-workers.ts';
import { runtimeProgram } from './runtime-program.ts';
import type { ThreadProbe } from './thread-choice.ts';

/** V8 compiles a module twice, quickly and then well; what runs before the second is not what a run has. */
const WARM_UP_MS = 150;
const MEASURED_MS = 250;
/** The runtime waits for ever for threads that cannot be started. */
const PATIENCE_MS = 15_000;

/**
 * Two probes a try.
 * @param base the page's own address, under which the runtime lies
 * @param quiet when nothing else is at work; until then the first try only makes ready
 */
export function threadProbe(base: string, quiet: Promise<void>): ThreadProbe {
  const runtimeBase = new URL('runtime/', base).href;
  return async (threads, signal) =>
    byWorkers<ThreadProbeProtocol, number>([startThreadProbe(), startThreadProbe()], async (...both) => {
      // It may have to be loaded first, for as long as that takes.
      const program = await Promise.race([runtimeProgram(runtimeBase), aborted(signal)]);
      const open = { threads, runtimeBase, program };
      await Promise.all(both.map((probe) => probe.call('open', open, patience(signal))));
      await Promise.race([quiet, aborted(signal)]);
      const measure = { warmUpMs: WARM_UP_MS, measuredMs: MEASURED_MS };
      const rates = await Promise.all(both.map((probe) => probe.call('measure', measure, patience(signal))));
      return rates.reduce((sum, rate) => sum + rate, 0);
    });
}

const patience = (signal: AbortSignal) => ({ signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
