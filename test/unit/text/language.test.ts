// Which language is chosen, and what the test language says.

import { expect, it } from 'vitest';
import { EN } from '../../../src/text/en.ts';
import { errorWords } from '../../../src/text/error-words.ts';
import { chooseLanguage, LANGUAGES, loadSpeech, speechOf } from '../../../src/text/language.ts';
import { verdictWords } from '../../../src/text/verdict-words.ts';
import { ZH } from '../../../src/text/zh.ts';

it.each([
  ['?lang=zh', ['en-GB'], 'zh'],
  ['?lang=zh-CN', [], 'zh'],
  ['', ['fr', 'zh-Hans-CN', 'en'], 'zh'],
  ['', ['fr', 'de'], 'en'],
  ['?lang=xx', ['zh'], 'zh'],
  ['?lang=toString', [], 'en'],
  ['?lang=test', ['zh'], 'test'],
  ['', ['test', 'zh'], 'zh'],
] as const)('%s with %j is %s', (query, wishes, language) => {
  expect(chooseLanguage(query, wishes)).toBe(language);
});

it('the test language is in no menu', () => {
  expect(Object.keys(LANGUAGES)).toEqual(['en', 'zh']);
});

it('the test language says keys and values, with numbers and language of English', async () => {
  const test = await loadSpeech('test');
  expect(test.language).toBe('en');
  expect(test.say('status.idle')).toBe('⟦status.idle⟧');
  expect(test.say('status.running', { n: 3, of: 1200, phase: test.say('phase.learning') })).toBe(
    '⟦status.running·3·1,200·⟦phase.learning⟧⟧',
  );
  expect(test.number(-0.5, 2)).toBe('−0.50');
  expect(test.percent(0.25)).toBe('25%');
  expect(test.duration(90)).toBe('⟦duration·2 minutes⟧');
  expect(test.join('a', '', 'b')).toBe('a b');
  expect(verdictWords(test, '“is” is missing.')).toBe('⟦verdict.fault.missing·is⟧');
  expect(errorWords(test, { name: 'DownloadError', message: 'No.', advice: 'Do.' })).toEqual({
    what: '⟦error.DownloadError⟧',
    detail: 'No.',
    advice: '⟦error.DownloadError.do⟧',
  });
});

it('plurals follow the number', () => {
  const english = speechOf('en', EN);
  const chinese = speechOf('zh', ZH);
  expect(english.say('plan.iterations', { n: 1 })).toBe('1 iteration');
  expect(english.say('plan.iterations', { n: 3 })).toBe('3 iterations');
  expect(chinese.say('plan.iterations', { n: 1 })).toBe(' 1 轮迭代');
});
