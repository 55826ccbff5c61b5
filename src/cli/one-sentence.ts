// An error as the command line prints it: what happened and the cure, in one sentence.

import type { LabError } from '../spin/lab-error.ts';

/** "pairs.jsonl, line 3: the real response is empty; give the real response at least one token, …." */
export function oneSentence(error: LabError): string {
  const what = error.message.replace(/[.\s]+$/, '');
  return `${what}; ${error.advice.charAt(0).toLowerCase()}${error.advice.slice(1)}`;
}
