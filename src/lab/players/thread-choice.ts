// How many threads a player gets on the CPU: tried out, and remembered for this browser. What is tried is handed in, and so is where it is
// remembered.

import { guarded, type KeptTexts } from '../browser/browser-storage.ts';

/** How fast both players together were with so many threads each. */
export interface ThreadRate {
  readonly threads: number;
  /** Floating-point operations a second; null: it did not work. */
  readonly rate: number | null;
}

export interface ThreadChoice {
  readonly threads: number;
  /** Of all that was tried, in that order. */
  readonly rates: readonly ThreadRate[];
}

/** Measures the rate of both players, each with so many threads. */
export type ThreadProbe = (threads: number, signal: AbortSignal) => Promise<number>;

export interface ThreadChooserContext {
  /** For each measurement a new one, which measures only when all is quiet. */
  readonly probe: (quiet: Promise<void>) => ThreadProbe;
  /** null where the browser keeps nothing. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  /** The runtime's version: another one may share its work out otherwise. */
  readonly runtime: string;
}

/** More threads a player than this were never worth it on models of this size. */
export const MOST_THREADS = 8;
/** The most threads a player that may pay on so many cores: two players work at once, and threads beyond the cores only take turns. */
export const worthTrying = (cores: number): number => Math.max(1, Math.min(Math.floor(cores / 2), MOST_THREADS));

/** Less gain than this is within what a measurement of a quarter of a second scatters, and costs a core all the same. */
const WORTH = 1.1;

/**
 * With one thread a player has kernels of its own, which pass pairs so much faster than what is tried here, the runtime's products (1.25 to
 * 1.5 times, docs/performance.md): several threads, which only the runtime has, must make up for that.
 */
const KERNEL_GAIN = 1.35;

export const THREADS_KEY = 'spin-lab.threads';

/**
 * Tries 1, 2, 4 … threads a player until more are not faster, or both players together would have more than there are cores. A number
 * that does not work is not taken, and ends the search: so many threads or more will not start a moment later either.
 * @throws the signal's reason, nothing else
 */
export async function chooseThreads(probe: ThreadProbe, cores: number, signal: AbortSignal): Promise<ThreadChoice> {
  const rates: ThreadRate[] = [];
  let best = { threads: 1, rate: 0 };
  let before = 0;
  for (let threads = 1; threads <= worthTrying(cores); threads *= 2) {
    signal.throwIfAborted();
    const rate = await rateOf(probe, threads, signal);
    signal.throwIfAborted();
    rates.push({ threads, rate });
    if (rate === null || rate < WORTH * before) break;
    before = rate;
    const own = threads === 1 ? KERNEL_GAIN * rate : rate;
    if (own >= WORTH * best.rate) best = { threads, rate: own };
  }
  return { threads: best.threads, rates };
}

async function rateOf(probe: ThreadProbe, threads: number, signal: AbortSignal): Promise<number | null> {
  try {
    return await probe(threads, signal);
  } catch {
    // Whatever is wrong with the runtime itself, the players that are opened next will say by name.
    return null;
  }
}

/** Whether anything was measured at all. */
export const isMeasured = ({ rates }: Pick<ThreadChoice, 'rates'>): boolean => rates.some(({ rate }) => rate !== null);

export class ThreadChooser {
  readonly #context: ThreadChooserContext;
  readonly #kept: KeptTexts;
  /** For the page's life: a run that recovers must find the number that it began with, whatever another tab has stored since. */
  #known: { readonly cores: number; readonly choice: ThreadChoice } | null = null;
  #underWay: AbortController | null = null;

  constructor(context: ThreadChooserContext) {
    this.#context = context;
    this.#kept = guarded(context.storage);
  }

  /** What was measured on as many cores with this runtime, now or on an earlier visit; null: nothing. */
  known(cores: number): ThreadChoice | null {
    if (this.#known?.cores === cores) return this.#known.choice;
    // While it is measured again, what was stored has been removed.
    const choice = this.#recall(cores);
    this.#known = choice === null ? null : { cores, choice };
    return choice;
  }

  /**
   * Measures, and forgets first what was known. One measurement that is under way ends: two at once would measure one another.
   * @param quiet when nothing else is at work
   * @throws the signal's reason, and what `quiet` rejects with: nothing is known then
   */
  async measure(cores: number, quiet: Promise<void>, signal: AbortSignal): Promise<ThreadChoice> {
    this.#underWay?.abort();
    const own = new AbortController();
    this.#underWay = own;
    this.#forget();
    const choice = await chooseThreads(this.#context.probe(quiet), cores, AbortSignal.any([signal, own.signal]));
    // What failed beside it is no fault of the threads.
    await quiet;
    this.#known = { cores, choice };
    // Where nothing worked the next visit tries again.
    if (isMeasured(choice)) this.#remember(cores, choice);
    return choice;
  }

  #forget(): void {
    this.#known = null;
    this.#kept.remove(THREADS_KEY);
  }

  #remember(cores: number, choice: ThreadChoice): void {
    const { runtime } = this.#context;
    this.#kept.write(THREADS_KEY, JSON.stringify({ cores, runtime, ...choice }));
  }

  #recall(cores: number): ThreadChoice | null {
    try {
      const stored: unknown = JSON.parse(this.#kept.read(THREADS_KEY) ?? 'null');
      return read(stored, cores, this.#context.runtime);
    } catch {
      // No JSON.
      return null;
    }
  }
}

/** null where it is not, whole, what this lab would write for so many cores and this runtime. */
function read(stored: unknown, cores: number, runtime: string): ThreadChoice | null {
  const { threads, rates, ...made } = (stored ?? {}) as Readonly<Record<string, unknown>>;
  if (made.cores !== cores || made.runtime !== runtime || !Array.isArray(rates)) return null;
  const tried = rates.filter(isThreadRate);
  const chosen = tried.find((one) => one.threads === threads && one.rate !== null);
  return chosen === undefined || tried.length < rates.length ? null : { threads: chosen.threads, rates: tried };
}

function isThreadRate(json: unknown): json is ThreadRate {
  const { threads, rate } = (json ?? {}) as Readonly<Record<string, unknown>>;
  return isThreadCount(threads) && (rate === null || (typeof rate === 'number' && rate > 0));
}

/** A number of threads that a player may have. */
export const isThreadCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_THREADS;
