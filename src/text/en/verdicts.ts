// English: what the world says of an answer.

import type { Phrase } from '../phrase.ts';

export const VERDICTS = {} as const satisfies Record<string, Phrase>;
