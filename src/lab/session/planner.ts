// What the next run is played on: finds out what the browser offers, has the number of threads measured where nothing says it, and tells
// the session's store.

import { type BackendPlan, type Capabilities, planBackend } from '../players/backend.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { SessionContext } from './collaborators.ts';
import type { SessionStore } from './session-store.ts';

export type PlannerContext = Pick<SessionContext, 'machine' | 'settings'>;

export class Planner {
  readonly #store: SessionStore;
  readonly #context: PlannerContext;

  constructor(store: SessionStore, context: PlannerContext) {
    this.#store = store;
    this.#context = context;
  }

  /** Finds out what the browser offers; done once, and again by whoever needs it. */
  async look(): Promise<Capabilities> {
    const known = this.#store.getState().capabilities;
    if (known !== null) return known;
    const capabilities = await this.#context.machine.capabilities();
    this.#store.setState({ capabilities, plan: this.#plan(this.#context.settings(), capabilities) });
    return capabilities;
  }

  /** Tells the store which back end the settings now mean. */
  replan(): void {
    const { capabilities } = this.#store.getState();
    if (capabilities === null) return;
    this.#store.setState({ plan: this.#plan(this.#context.settings(), capabilities), opened: null });
  }

  /** What the page's settings mean as far as it is known: nothing is measured, for something may be played meanwhile. */
  async now(): Promise<BackendPlan> {
    return this.#plan(this.#context.settings(), await this.look());
  }

  /** What a run with these settings is played on; null where the threads are nowhere said and must be measured. */
  async settle(settings: Settings): Promise<BackendPlan | null> {
    const plan = this.#plan(settings, await this.look());
    if (plan.threadsBy.from === 'unmeasured') return null;
    this.#store.setState({ plan });
    return plan;
  }

  /**
   * What a run is played on whose threads are to be measured.
   * @param underWay what else is at work; until it has settled nothing is measured
   * @throws the signal's reason, and what `underWay` rejects with
   */
  async settleMeasured(settings: Settings, underWay: Promise<unknown>, signal: AbortSignal): Promise<BackendPlan> {
    const found = await this.look();
    await this.#measure(found.cores, underWay, signal);
    const plan = this.#plan(settings, found);
    this.#store.setState({ plan });
    return plan;
  }

  /** Measures the threads anew for the next run; a run that is started meanwhile measures itself. Never rejects. */
  async measureAgain(): Promise<void> {
    const found = await this.look();
    try {
      await this.#measure(found.cores, Promise.resolve(), new AbortController().signal);
    } catch {
      return;
    }
    const { threads, threadsBy } = this.#plan(this.#context.settings(), found);
    // A finished run keeps the rest of its plan, with which its numbers are saved.
    this.#store.setState(({ plan }) => ({ plan: plan?.backend === 'wasm' ? { ...plan, threads, threadsBy } : plan }));
  }

  async #measure(cores: number, underWay: Promise<unknown>, signal: AbortSignal): Promise<void> {
    const quiet = underWay.then(() => {
      if (!signal.aborted) this.#store.setState({ opening: { what: 'threads', done: 0, total: 0 } });
    });
    // It may have failed before the measuring asks for it.
    quiet.catch(() => undefined);
    await this.#context.machine.threads.measure(cores, quiet, signal);
    // What ended it before its time says what is being opened now.
    this.#store.setState({ opening: null });
  }

  #plan({ backend, threads, linkThreads }: Settings, found: Capabilities): BackendPlan {
    const measured = this.#context.machine.threads.known(found.cores);
    return planBackend(backend, found, { run: threads, link: linkThreads, measured });
  }
}
