// An error in the page's language: what happened and what to do. Errors speak English themselves, and name the particular; other
// languages know each by its name and say it in general.

import { ERRORS } from './en/errors.ts';
import type { Speech } from './language.ts';

interface ToldError {
  /** The class. */
  readonly name: string;
  /** English. */
  readonly message: string;
  /** English; empty where nobody knows. */
  readonly advice: string;
}

export interface ErrorWords {
  readonly what: string;
  /** The message in English, to be marked as such, where `what` does not hold it already. */
  readonly detail: string | null;
  readonly advice: string;
}

export function errorWords(speech: Speech, { name, message, advice }: ToldError): ErrorWords {
  if (speech.tongue === 'en') return { what: message, detail: null, advice: advice || speech.say('error.general.do') };
  const given = `error.${name}`;
  const key = isErrorKey(given) ? given : 'error.general';
  return { what: speech.say(key), detail: message, advice: speech.say(`${key}.do`) };
}

type ErrorKey = Exclude<keyof typeof ERRORS, `${string}.do`>;

function isErrorKey(key: string): key is ErrorKey {
  return Object.hasOwn(ERRORS, key) && !key.endsWith('.do');
}
