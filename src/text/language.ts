// Which language the page speaks, and how a key becomes words and a number becomes text.

import { EN, type TextKey, type Texts } from './en.ts';
import { inNumbers } from './number-format.ts';

export const LANGUAGES = { en: 'English', zh: '中文' } as const;
export type Language = keyof typeof LANGUAGES;
/** Where the words of each language are; they are loaded when it is spoken. */
const TEXTS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => EN,
  zh: async () => (await import('./zh.ts')).ZH,
};
/** What `?lang=` may ask for: also the test language, which is in no menu and says keys, so that words from elsewhere stand out. */
export type Tongue = Language | 'test';

export interface Speech {
  /** For `lang` and Intl; the test language has English's. */
  readonly language: Language;
  readonly tongue: Tongue;
  /** The words for a key, filled in. A plural takes its form from `n`. */
  say(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  /** Whole sentences one after the other; Chinese sets no space between them. */
  join(...sentences: readonly string[]): string;
  /** A number with at most so many digits after the point. */
  number(value: number, digits?: number): string;
  percent(value: number, digits?: number): string;
  /** A time in words, rounded as its size deserves. */
  duration(seconds: number): string;
}

const isLanguage = (tag: string): tag is Language => Object.hasOwn(LANGUAGES, tag);

/** `?lang=` first, then the browser's own wishes, then English. */
export function chooseLanguage(query: string, wishes: readonly string[]): Tongue {
  const asked = new URLSearchParams(query).get('lang');
  if (asked === 'test') return asked;
  const tags = [...(asked === null ? [] : [asked]), ...wishes].map((tag) => tag.toLowerCase().split('-')[0]!);
  return tags.find(isLanguage) ?? 'en';
}

/** Loads a language; English is always there. */
export async function loadSpeech(tongue: Tongue): Promise<Speech> {
  if (tongue === 'test') return (await import('./test-language.ts')).testSpeech(speechOf('en', EN));
  return speechOf(tongue, await TEXTS[tongue]());
}

export function speechOf(language: Language, texts: Texts): Speech {
  const plurals = new Intl.PluralRules(language);
  /** With a real minus sign, and none before what rounds to zero. */
  const written = (value: number, options: Intl.NumberFormatOptions) =>
    inNumbers(language, value, { signDisplay: 'negative', ...options });
  const places = (digits: number) => ({ maximumFractionDigits: digits, minimumFractionDigits: digits });
  const number = (value: number, digits = 0) => written(value, places(digits));
  return {
    language,
    tongue: language,
    join: (...sentences) => sentences.filter((one) => one !== '').join(language === 'zh' ? '' : ' '),
    number,
    say: (key, values = {}) => {
      const text = texts[key];
      const form = typeof text === 'string' ? text : plurals.select(Number(values.n)) === 'one' ? text.one : text.other;
      return form.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = values[name] ?? '';
        return typeof value === 'number' ? number(value) : value;
      });
    },
    percent: (value, digits = 0) => written(value, { style: 'percent', ...places(digits) }),
    duration: (seconds) => {
      const [value, unit] =
        seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
      const maximumFractionDigits = unit === 'hour' ? 1 : 0;
      return inNumbers(language, value, {
        style: 'unit',
        unit: unit as string,
        unitDisplay: 'long',
        maximumFractionDigits,
      });
    },
  };
}
