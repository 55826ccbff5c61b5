// 界面的简体中文文本。

import type { Texts } from './en.ts';
import { ARENA } from './zh/arena.ts';
import { COMPARE } from './zh/compare.ts';
import { CURVES } from './zh/curves.ts';
import { ERRORS } from './zh/errors.ts';
import { FRAME } from './zh/frame.ts';
import { RUNS } from './zh/runs.ts';
import { SETUP } from './zh/setup.ts';
import { VERDICTS } from './zh/verdicts.ts';

export const ZH: Texts = {
  ...FRAME,
  ...ARENA,
  ...CURVES,
  ...COMPARE,
  ...RUNS,
  ...SETUP,
  ...ERRORS,
  ...VERDICTS,
};
