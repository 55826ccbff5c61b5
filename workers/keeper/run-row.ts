// A run's row: made new, shown to the page, and written out as run.json.

import { RUN_FORMAT, type RunFile, type RunNotes } from '../../src/folder/run-file.ts';
import { writtenConfiguration } from '../../src/spin/former-rules.ts';
import type { RunEntry } from '../messages/keeper-protocol.ts';
import type { RunRow } from './database.ts';

/** A run that has just come to be here. */
export function newRow(id: string, { lab: _, ...file }: RunFile, notes: RunNotes): RunRow {
  const now = new Date().toISOString();
  const empty = { checkpoint: null, imported: false, bytes: 0, headline: null, modelBase: null, own: null };
  return { id, file, notes, changed: now, added: now, removed: false, ...empty };
}

/** What the page sees of a row. */
export function entryOf({ id, file, notes, changed, checkpoint, imported, bytes, headline }: RunRow): RunEntry {
  const written = { ...file, configuration: writtenConfiguration(file.configuration) };
  return { id, file: written, notes, changed, checkpoint, imported, bytes, headline };
}

/** Notes for a run that came without any. */
export const notesFor = (zip: string): RunNotes => ({
  name: zip.replace(/\.zip$/i, ''),
  colour: 0,
  pinned: false,
  notes: '',
  preset: '',
  group: null,
});

/** run.json as it goes out. What was read in an older format is whole in this one. */
export function recordOf({ file, notes }: RunRow): Uint8Array {
  const record: RunFile = { ...file, format_version: RUN_FORMAT, lab: notes };
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}
