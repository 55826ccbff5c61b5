// Parameters and problems are said in the page's language; in English, exactly as validation says them.

import { expect, it } from 'vitest';
import { PARAMETERS } from '../../../src/spin/parameters/parameter-table.ts';
import { validate } from '../../../src/spin/validation.ts';
import { EN } from '../../../src/text/en.ts';
import { speechOf } from '../../../src/text/language.ts';
import { optionName, parameterHelp, parameterName, problemWords, unitName } from '../../../src/text/parameter-words.ts';
import { ZH } from '../../../src/text/zh.ts';

const english = speechOf('en', EN);
const chinese = speechOf('zh', ZH);

const problemsOf = (given: unknown) => {
  const result = validate(given);
  return result.ok ? [] : result.problems;
};

it.each([
  [null, '配置应是一个由参数及其取值组成的对象。'],
  [{ lamda: [1] }, '没有名为“lamda”的参数。'],
  [{ freshExamples: 1 }, '“每轮换新样本”只能是 true 或 false，不能是 1。'],
  [{ window: 3 }, '“回答对窗口”只能是 1, 2, all 之一，不能是 3。'],
  [{ lambdas: 1 }, '“正则化强度”应是一列数，每轮一个，不能是 1。'],
  [{ batchSize: 1.5 }, '“批大小”应是整数，不能是 1.5。'],
  [{ batchSize: '16' }, '“批大小”应是有限的数，不能是 "16"。'],
  [{ learningRates: [1e-4, 2] }, '“学习率”应在 1e-9 与 1 之间，不能是 2。'],
  [{ maxNewTokens: 200 }, '“最长回答”（200）应小于最长样本（128），因为样本还要容纳提示。'],
])('%j', (given, inChinese) => {
  const [problem] = problemsOf(given);
  expect(problemWords(chinese, problem!)).toBe(inChinese);
  expect(problemWords(english, problem!)).toBe(problem!.message);
});

it('names, help, options and units', () => {
  expect(parameterName(english, PARAMETERS.window)).toBe('Window of pairs');
  expect(parameterName(chinese, PARAMETERS.window)).toBe('回答对窗口');
  expect(parameterHelp(english, PARAMETERS.earlyStopEvery)).toBe('Steps between two checks.');
  expect(optionName(english, PARAMETERS.window, 'all')).toBe('All so far');
  expect(optionName(chinese, PARAMETERS.window, 1)).toBe('本轮');
  expect(unitName(english, PARAMETERS.batchSize)).toBe('pairs');
  expect(unitName(english, PARAMETERS.batchSize, 1)).toBe('pair');
  expect(unitName(chinese, PARAMETERS.batchSize, 1)).toBe('对');
  expect(unitName(english, PARAMETERS.temperature)).toBe('');
});
