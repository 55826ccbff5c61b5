// English: what can go wrong, and what to do then.

import type { Phrase } from '../phrase.ts';

export const ERRORS = {} as const satisfies Record<string, Phrase>;
