// 简体中文：世界对回答的评判。

import type { VERDICTS as ENGLISH } from '../en/verdicts.ts';
import type { Said } from '../phrase.ts';

export const VERDICTS: Said<typeof ENGLISH> = {};
