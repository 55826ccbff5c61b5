// The run that views look at: the one being played, a kept one, or the recorded example.

import { createStore } from 'zustand/vanilla';
import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';
import type { RunFile } from '../../folder/run-file.ts';
import { RunRecord } from '../record/run-record.ts';

/**
 * `nothing`: still looking; `example`: recorded, comes with the page; `live`: being played, or just was, in this tab; `kept`: read back;
 * `watched`: being played in another tab.
 */
export type ShownSource = 'nothing' | 'example' | 'live' | 'kept' | 'watched';

export interface Shown {
  readonly source: ShownSource;
  /** null for the example, and for a run that cannot be kept. */
  readonly entry: RunEntry | null;
  /** What the run is; null where there is none yet. */
  readonly file: RunFile | null;
  readonly record: RunRecord;
  /** Counts changes of the record: whoever shows it looks again. */
  readonly revision: number;
  /** Share read so far of a run that is being opened; null when it is whole. */
  readonly loading: number | null;
}

export const createShownStore = () =>
  createStore<Shown>(() => ({
    source: 'nothing',
    entry: null,
    file: null,
    record: new RunRecord(),
    revision: 0,
    loading: null,
  }));
export type ShownStore = ReturnType<typeof createShownStore>;
