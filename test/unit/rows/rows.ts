// Rows for the tests beside this file.

import { type FileRow, parseRows } from '../../../src/engine/rows/read-lines.ts';

export function rowOf(fields: unknown): FileRow {
  return parseRows(new TextEncoder().encode(JSON.stringify(fields)), 'rows.jsonl')[0]!;
}

export const user = (content: string) => ({ role: 'user', content });
export const assistant = (content: string) => ({ role: 'assistant', content });
export const system = (content: string) => ({ role: 'system', content });
