// Entries of the list of runs, as the keeper gives them, for tests.

import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import { DEFAULTS } from '../../../src/spin/parameters/parameter-table.ts';
import type { RunEntry } from '../../../workers/messages/keeper-protocol.ts';

export interface Given {
  readonly day: number;
  readonly configuration?: Partial<SpinConfiguration>;
  readonly notes?: Partial<RunEntry['notes']>;
  readonly finished?: boolean;
  readonly imported?: boolean;
  readonly model?: string;
  readonly sha256?: string | null;
  readonly data?: string;
  readonly dataSha256?: string | null;
  readonly headline?: RunEntry['headline'];
}

const NOTES = { colour: 0, pinned: false, notes: '', preset: 'default', group: null };

/** A run begun on a day of March. */
export function entryOf(id: string, given: Given): RunEntry {
  const started = `2026-03-${String(given.day).padStart(2, '0')}T10:00:00.000Z`;
  const finished = given.finished === false ? null : started.replace('T10', 'T11');
  return {
    id,
    file: {
      format_version: 2,
      configuration: { ...DEFAULTS, ...given.configuration },
      environment: {
        version: '0',
        runtime: 'onnxruntime-web',
        runtime_version: '0',
        backend: 'wasm',
        adapter: '',
        threads: 1,
        seed: null,
      },
      model: { folder: given.model ?? 'the built-in model', sha256: given.sha256 ?? null, parameters: 10 },
      data: { source: given.data ?? 'the built-in world', sha256: given.dataSha256 ?? null },
      started,
      finished,
    },
    notes: { name: id, ...NOTES, ...given.notes },
    changed: finished ?? started,
    checkpoint: null,
    imported: given.imported ?? false,
    bytes: 1000,
    headline: given.headline ?? null,
  };
}
