// A prompt and its answer out of chat messages, as TRL and the official SPIN data write them. One turn only: a question, an answer.

import { shown } from '../models/errors.ts';
import { isObject } from '../models/fields.ts';
import type { FileRow } from './read-lines.ts';

interface Message {
  readonly role: string;
  readonly content: string;
}

/** The two sides of a conversation. `prompt` is null where the messages are the answer alone. */
export interface Turn {
  readonly prompt: string | null;
  readonly response: string;
}

/** A field that is either the answer's text or a list of messages that ends with the assistant's. @throws InvalidRowError */
export function readTurn(row: FileRow, key: string): Turn {
  if (!Array.isArray(row.value(key))) return { prompt: null, response: row.text(key) };
  const messages = readMessages(row, key);
  const last = messages.at(-1);
  if (last?.role !== 'assistant') {
    row.refuse(`"${key}" does not end with a message of role "assistant"`, 'End each conversation with the answer.');
  }
  return { prompt: messages.length === 1 ? null : question(row, key, messages.slice(0, -1)), response: last.content };
}

/** A prompt that is either a text or a list of messages: a user's, with or without a system's before it. @throws InvalidRowError */
export function readQuestion(row: FileRow, key: string): string {
  return Array.isArray(row.value(key)) ? question(row, key, readMessages(row, key)) : row.text(key);
}

/** The template has one place for the instruction, so what the system says goes before what the user asks. */
function question(row: FileRow, key: string, messages: readonly Message[]): string {
  const asked = messages.filter(({ role }) => role === 'user');
  const others = messages.filter(({ role }) => role !== 'user' && role !== 'system');
  if (asked.length !== 1 || others.length > 0 || messages.at(-1)?.role !== 'user') {
    const roles = messages.map(({ role }) => role).join(', ');
    row.refuse(
      `"${key}" holds messages of ${roles || 'nobody'} before the answer`,
      'Keep one user message and its answer.',
    );
  }
  return messages.map(({ content }) => content).join('\n\n');
}

function readMessages(row: FileRow, key: string): readonly Message[] {
  return (row.value(key) as readonly unknown[]).map((message) => {
    const good = isObject(message) && typeof message.role === 'string' && typeof message.content === 'string';
    if (!good) {
      row.refuse(
        `"${key}" holds ${shown(message)}, which is no chat message`,
        'Write messages as {"role": …, "content": …}.',
      );
    }
    return { role: message.role as string, content: message.content as string };
  });
}
