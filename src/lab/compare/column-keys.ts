// A comparison's columns as whoever answers and scores with their weights names them, and back. Pure.

import type { Column } from './any-iteration.ts';
import type { ColumnKey } from './comparing.ts';

export const keyOf = (column: Column): ColumnKey =>
  column.kind === 'iteration' ? `iteration-${column.iteration}` : column.kind;

/** null for the human, who has no weights. */
export function columnOf(key: ColumnKey): Column | null {
  if (key === 'human') return null;
  if (key === 'base' || key === 'control') return { kind: key };
  return { kind: 'iteration', iteration: Number(key.slice('iteration-'.length)) };
}
