// Languages say the same: as many keys, the same holes in each, nothing left in English, and the table's own words unchanged.

import { expect, it } from 'vitest';
import { PARAMETER_LIST } from '../../../src/spin/parameters/parameter-table.ts';
import { PRESETS } from '../../../src/spin/presets.ts';
import { EN, type TextKey } from '../../../src/text/en.ts';
import type { Phrase } from '../../../src/text/phrase.ts';
import { ZH } from '../../../src/text/zh.ts';
import { WORLD } from '../../../src/world/world.ts';

const KEYS = Object.keys(EN) as TextKey[];
const forms = (phrase: Phrase): string[] => (typeof phrase === 'string' ? [phrase] : [phrase.one, phrase.other]);
/** All holes of a phrase's forms, each once, sorted. */
const holes = (phrase: Phrase): string[] =>
  [...new Set(forms(phrase).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)))].sort();

/** Names and signs of formulas, which are the same in every language. */
const NAMES = /SPIN Lab|WebGPU|CPU|RMSProp|AdamW|PNG|SVG|CSV|JSON|KL|NLL|log|\bp\b/g;
/** Whether a phrase has words to be translated. */
const hasWords = (phrase: Phrase): boolean =>
  forms(phrase).some((form) => /\p{L}/u.test(form.replace(/\{\w+\}/g, '').replace(NAMES, '')));

it('English and Chinese have the same keys', () => {
  expect(Object.keys(ZH).sort()).toEqual([...KEYS].sort());
});

it.each(KEYS)('%s has the same holes in Chinese, is not empty and not left in English', (key) => {
  expect(holes(ZH[key])).toEqual(holes(EN[key]));
  for (const form of [...forms(ZH[key]), ...forms(EN[key])]) expect(form.trim()).not.toBe('');
  if (hasWords(EN[key])) {
    for (const form of forms(ZH[key])) expect(forms(EN[key])).not.toContain(form);
  }
});

it('sentences of Chinese have its own marks: none ends in a Western full stop or sets a Western comma between its words', () => {
  const western = KEYS.filter((key) => forms(ZH[key]).some((form) => /\p{Script=Han}[.,;:?!]|[^\d.]\.$/u.test(form)));
  expect(western).toEqual([]);
});

it('English says of parameters, options and presets what their tables say', () => {
  const words: Readonly<Record<string, Phrase>> = EN;
  for (const row of PARAMETER_LIST) {
    expect(words[`parameter.${row.key}`]).toBe(row.name);
    expect(words[`parameter.${row.key}.help`]).toBe(row.help);
    for (const { value, name } of row.kind === 'choice' ? row.options : []) {
      expect(words[`parameter.${row.key}.option.${value}`]).toBe(name);
    }
    expect(words).toHaveProperty([`group.${row.group}`]);
    if (row.unit !== '') expect(words).toHaveProperty([`unit.${row.unit}`]);
  }
  for (const [name, preset] of Object.entries(PRESETS)) {
    expect(words[`preset.${name}`]).toBe(preset.name);
    expect(words[`preset.${name}.help`]).toBe(preset.description);
  }
  for (const { name, title } of WORLD.families) expect(words[`family.${name}`]).toBe(title);
});
