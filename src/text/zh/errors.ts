// 简体中文：错误与建议。

import type { ERRORS as ENGLISH } from '../en/errors.ts';
import type { Said } from '../phrase.ts';

export const ERRORS: Said<typeof ENGLISH> = {};
