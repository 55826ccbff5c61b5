// A comparison as a file: CSV for spreadsheets, JSON lines for programs. Pure; names of fields are the run folder's.

import type { ColumnKey, ComparedAnswer, ComparedRow } from './comparing.ts';

/** RFC 4180: one line a row, and for each column the answer, log p and fault; empty where there is none. */
export function comparisonCsv(rows: readonly ComparedRow[], columns: readonly ColumnKey[]): string {
  const head = ['prompt', 'family', 'own', ...columns.flatMap((key) => [key, `${key} logp`, `${key} fault`])];
  const lines = rows.map((row) => [
    row.prompt,
    row.family ?? '',
    String(row.own),
    ...columns.flatMap((key) => csvCells(row.cells.get(key))),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

const csvCells = (answer: ComparedAnswer | undefined): string[] =>
  answer === undefined ? ['', '', ''] : [answer.text, answer.logp?.toString() ?? '', answer.fault ?? ''];

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** One object a row; a `fault` of null is an answer that somebody would give, an absent one an answer of which nothing is known. */
export function comparisonLines(rows: readonly ComparedRow[], columns: readonly ColumnKey[]): string {
  return rows
    .map(({ prompt, family, own, cells }) => {
      const answers = columns.flatMap((key) => {
        const answer = cells.get(key);
        return answer === undefined ? [] : [[key, lineOf(answer)]];
      });
      return `${JSON.stringify({ prompt, family, own, answers: Object.fromEntries(answers) })}\n`;
    })
    .join('');
}

const lineOf = ({ text, logp, end, fault, tokens, tokenLogps }: ComparedAnswer) => ({
  answer: text,
  logp,
  end,
  fault,
  ...(tokens && { tokens }),
  ...(tokenLogps && { token_logps: tokenLogps }),
});
