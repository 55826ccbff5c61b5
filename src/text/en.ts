// The interface in English: the source of all keys, room by room. Words in braces are filled in.

import { ARENA } from './en/arena.ts';
import { COMPARE } from './en/compare.ts';
import { CURVES } from './en/curves.ts';
import { ERRORS } from './en/errors.ts';
import { FRAME } from './en/frame.ts';
import { RUNS } from './en/runs.ts';
import { SETUP } from './en/setup.ts';
import { VERDICTS } from './en/verdicts.ts';
import type { Phrase } from './phrase.ts';

export const EN = {
  ...FRAME,
  ...ARENA,
  ...CURVES,
  ...COMPARE,
  ...RUNS,
  ...SETUP,
  ...ERRORS,
  ...VERDICTS,
} as const satisfies Record<string, Phrase>;

export type TextKey = keyof typeof EN;
/** A language says everything that English says. */
export type Texts = { readonly [K in TextKey]: Phrase };
