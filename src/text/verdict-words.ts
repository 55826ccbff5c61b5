// A sentence of the world's about a wrong answer, in the page's language.

import { readFault } from '../world/faults.ts';
import type { Speech } from './language.ts';

/**
 * What `fault`, a sentence in English, says in the language of `speech`; the world's own words in it stay English, in quotation marks.
 * In English that is the same sentence. A sentence that is not of the world's comes back as it is.
 */
export function verdictWords(speech: Speech, fault: string): string {
  const read = readFault(fault);
  if (read === null) return fault;
  const { code, values } = read;
  const said = values.fault === undefined ? values : { ...values, fault: verdictWords(speech, values.fault) };
  return speech.say(`verdict.fault.${code}`, said);
}
