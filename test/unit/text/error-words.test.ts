// Errors are said in the page's language: every class that can reach the page is known by its name.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DivergedError } from '../../../src/spin/spin-errors.ts';
import { EN } from '../../../src/text/en.ts';
import { errorWords } from '../../../src/text/error-words.ts';
import { speechOf } from '../../../src/text/language.ts';
import { ZH } from '../../../src/text/zh.ts';

const english = speechOf('en', EN);
const chinese = speechOf('zh', ZH);

/** Slips of the program itself, for which the general words are the right ones. */
const OF_THE_PROGRAM = ['ShapeMismatchError', 'OperandTypeError', 'GraphUseError'];

/** Names of all error classes under a folder, but those of the command line. */
function errorClasses(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'cli' ? [] : errorClasses(path);
    if (!/\.tsx?$/.test(path)) return [];
    return [...readFileSync(path, 'utf8').matchAll(/class (\w+) extends LabError/g)].map(([, name]) => name!);
  });
}

const CLASSES = [...errorClasses('src'), ...errorClasses('workers')];

it('there are errors to be said', () => {
  expect(CLASSES).toContain('DivergedError');
  expect(CLASSES.length).toBeGreaterThan(20);
});

it.each(CLASSES.filter((name) => !OF_THE_PROGRAM.includes(name)))('%s has words of its own', (name) => {
  const { what, detail, advice } = errorWords(chinese, { name, message: 'In English.', advice: 'Do.' });
  expect(what).toMatch(/\p{Script=Han}.*。$/u);
  expect(advice).toMatch(/\p{Script=Han}.*。$/u);
  expect(what).not.toBe(ZH['error.general']);
  expect(detail).toBe('In English.');
});

it('English has the error’s own words, and general advice where it has none', () => {
  const error = new DivergedError(1, 7, 'the loss is NaN', null);
  expect(errorWords(english, error)).toEqual({
    what: 'Training diverged: the loss is NaN at step 7 of iteration 1.',
    detail: null,
    advice: 'Lower the learning rate or turn gradient clipping on; the run can go on from its last checkpoint.',
  });
  expect(errorWords(english, { name: 'TypeError', message: 'x is not a function', advice: '' }).advice).toBe(
    EN['error.general.do'],
  );
});

it.each(['TypeError', 'general.do', 'toString', ''])('an error named %j is said in general words', (name) => {
  expect(errorWords(chinese, { name, message: 'x', advice: '' })).toEqual({
    what: ZH['error.general'],
    detail: 'x',
    advice: ZH['error.general.do'],
  });
});
