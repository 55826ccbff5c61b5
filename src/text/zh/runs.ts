// 简体中文：保存的运行。

import type { RUNS as ENGLISH } from '../en/runs.ts';
import type { Said } from '../phrase.ts';

export const RUNS: Said<typeof ENGLISH> = {};
