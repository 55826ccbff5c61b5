// A file of one's own pairs: JSON lines with a prompt and a human response. What cannot be played is refused by line.

import type { TextPair } from '../../workers/protocol.ts';
import { LabError } from '../spin/lab-error.ts';

/** A file that cannot be played, with the first thing that is wrong with it. */
export class OwnPairsError extends LabError {}

/** Larger files would hold the page up while they are read. */
const MOST_BYTES = 20_000_000;
const FEWEST_PAIRS = 8;
const CURE = 'Give one JSON object a line, each with a "prompt" and a "response", both text.';
/** Also understood, as other tools write them. */
const RESPONSE_KEYS = ['response', 'completion', 'chosen', 'real'] as const;

/** @throws OwnPairsError naming the file, the line and what to do */
export async function readOwnPairs(file: Blob & { readonly name: string }): Promise<TextPair[]> {
  if (file.size > MOST_BYTES) {
    throw new OwnPairsError(
      `${file.name} is larger than 20 MB.`,
      'Take a part of it: a few thousand pairs are plenty here.',
    );
  }
  return parseOwnPairs(decode(await file.arrayBuffer(), file.name), file.name);
}

function decode(bytes: ArrayBuffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new OwnPairsError(`${name} is not UTF-8 text.`, 'Save it as UTF-8 JSON lines.', { cause });
  }
}

/** @throws OwnPairsError */
export function parseOwnPairs(text: string, name: string): TextPair[] {
  const pairs = text
    .split(/\r?\n/)
    .flatMap((line, at) => (line.trim() === '' ? [] : parseLine(line, `${name}, line ${at + 1}`)));
  if (pairs.length < FEWEST_PAIRS) {
    throw new OwnPairsError(
      `${name} has ${pairs.length} pairs; at least ${FEWEST_PAIRS} are needed, some of them to measure on.`,
      'Add more pairs.',
    );
  }
  return pairs;
}

function parseLine(line: string, where: string): TextPair {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw new OwnPairsError(`${where} is not JSON.`, CURE, { cause });
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new OwnPairsError(`${where} is not a JSON object.`, CURE);
  const fields = row as Record<string, unknown>;
  const key = RESPONSE_KEYS.find((one) => fields[one] !== undefined);
  return {
    prompt: textOf(fields.prompt, 'prompt', where),
    response: textOf(key && fields[key], key ?? 'response', where),
  };
}

function textOf(value: unknown, key: string, where: string): string {
  if (value === undefined) throw new OwnPairsError(`${where} has no "${key}".`, CURE);
  if (typeof value !== 'string') throw new OwnPairsError(`${where}: "${key}" is not text.`, CURE);
  if (value.trim() === '')
    throw new OwnPairsError(`${where}: "${key}" is empty.`, 'Fill it in, or leave the line out.');
  return value;
}
