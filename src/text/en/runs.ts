// English: kept runs: their list, storage and queue.

import type { Phrase } from '../phrase.ts';

export const RUNS = {} as const satisfies Record<string, Phrase>;
