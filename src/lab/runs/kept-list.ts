// The list of kept runs as the page knows it: read from storage, again when something has changed, and which of them other tabs play.

import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import { Listeners } from '../browser/listeners.ts';
import type { KeeperClient } from '../storage/keeper-client.ts';
import { runFree, runsHeldElsewhere } from '../storage/run-lock.ts';
import { createRunsStore } from './runs-state.ts';
import type { ShownStore } from './shown-run.ts';

export interface KeptListContext {
  readonly keeper: KeeperClient;
  readonly shown: ShownStore;
}

export class KeptList {
  readonly store = createRunsStore();
  /** A run that another tab played is free. */
  readonly freed = new Listeners<[id: string]>();
  readonly #context: KeptListContext;
  /** Runs of other tabs whose end is awaited. */
  readonly #awaited = new Set<string>();

  constructor(context: KeptListContext) {
    this.#context = context;
  }

  get entries(): readonly RunEntry[] {
    return this.store.getState().entries ?? [];
  }

  /** Reads the list again. Where storage is denied the lab goes on without. */
  async refresh(): Promise<void> {
    const { keeper, shown } = this.#context;
    try {
      const [entries, usage, playedElsewhere] = await Promise.all([
        keeper.call('list', null),
        keeper.call('usage', null),
        runsHeldElsewhere(),
      ]);
      this.store.setState({ entries, usage, playedElsewhere, denied: null });
      for (const id of playedElsewhere) this.#awaitFree(id);
      const entry = entries.find(({ id }) => id === shown.getState().entry?.id);
      if (entry !== undefined) shown.setState({ entry, file: entry.file });
    } catch (denied) {
      this.store.setState({ denied });
    }
  }

  /** A run that has just been kept. */
  add(entry: RunEntry): void {
    this.store.setState(({ entries }) => ({ entries: [entry, ...(entries ?? [])] }));
  }

  /** A tab that is closed or killed tells nobody that it has left its run. */
  #awaitFree(id: string): void {
    if (this.#awaited.has(id)) return;
    this.#awaited.add(id);
    void runFree(id).then(() => {
      this.#awaited.delete(id);
      this.freed.tell(id);
    });
  }
}
