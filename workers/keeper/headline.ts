// The leading measure of a run, out of its events: how like the humans its answers are, or the likelihood of own data.

import { type EvaluationLine, type EventLine, parseLines } from '../../src/folder/lines.ts';
import type { RunEntry } from '../messages/keeper-protocol.ts';

const MEASURES = ['human_likeness', 'nll'] as const;

/** @param events the text of events.jsonl. @returns null until two evaluations are there. @throws SyntaxError */
export function headlineOf(events: string): RunEntry['headline'] {
  const evaluations = parseLines<EventLine>(events).filter(
    (line): line is EvaluationLine => line.type === 'evaluation',
  );
  const first = evaluations.find(({ moment }) => moment === 'before');
  const last = evaluations.findLast(({ moment }) => moment === 'after');
  for (const measure of MEASURES) {
    const [before, after] = [first?.[measure], last?.[measure]];
    if (typeof before === 'number' && typeof after === 'number') return { measure, before, after };
  }
  return null;
}
