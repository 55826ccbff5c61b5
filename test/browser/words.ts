// Which words on the page do not come from the locale files. In the test language (`?lang=test`) every phrase is said as ⟦its key⟧; what
// still holds words then is a literal, unless it is marked as data (`translate="no"`) or as text of a language of its own (`lang`).

import type { Page } from '@playwright/test';

/** Texts that nobody translates: data, other languages' own, times as Intl writes them, code, keys of the keyboard, formulas. */
const NOT_WORDS =
  '[translate="no"], [lang]:not(html), time, code, kbd, samp, math, .katex, script, style, template, noscript';
const SPOKEN_ATTRIBUTES = ['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext'];
const SHOWN_ATTRIBUTES = ['title', 'placeholder', 'alt'];
/** Signs of formulas, as the parameter table and the measures write them. */
const SYMBOLS: ReadonlySet<string> = new Set(
  ['λ', 'ℓ', 'η', 'θ', 'α', 'β', 'β₁', 'β₂', 'ε', 'T', 't', 'k', 'p', 'log', 'ln', 'KL'].map((sign) =>
    sign.normalize(),
  ),
);

/** Numbers with an exponent, sizes with the unit that Intl gives them, and large ones as it shortens them. */
const NUMBERS = /\d+(?:\.\d+)?e[+−-]?\d+|\d (?:bytes?|kB|MB|GB)\b|\d[KMBT]\b/gi;

/** Names, formats, keys and units that Chinese writes in Latin letters; what the world or a person says stands in
 * quotation marks, and a run has the name that it has. */
const LATIN_IN_CHINESE =
  /“[^”]*”|"[^"]*"|max\(|SPIN Lab|WebGPU|SwiftShader|onnxruntime-\w+|https?|localhost|\b(?:CPU|KL|NLL|CSV|PNG|SVG|JSON|OPFS|IndexedDB|Ctrl|Enter|Esc|Shift|RMSProp|AdamW?|Adafactor|Chrome|Edge|Firefox|Safari|COOP|COEP|zip|log|ln|logp|kB|KB|MB|GB|[Tt]op|[A-Z])\b/g;

/** Everything visible or spoken on a Chinese page that has a word in Latin letters which is no name, format or unit, each text once. */
export async function latinTexts(page: Page): Promise<string[]> {
  const texts = await page.evaluate(collectTexts, [NOT_WORDS, [...SPOKEN_ATTRIBUTES, ...SHOWN_ATTRIBUTES]] as const);
  const names = await page
    .locator('input.run-name')
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  const ofPage = (text: string) =>
    names.reduce((rest, name) => rest.replaceAll(name, ' '), text).replace(LATIN_IN_CHINESE, ' ');
  return [...new Set(texts.map((text) => text.trim()))].filter((text) => /[A-Za-z]{2,}/.test(ofPage(text)));
}

/** Everything visible or spoken on the page that has words from elsewhere than the locale files, each text once. */
export async function literalTexts(page: Page): Promise<string[]> {
  const texts = await page.evaluate(collectTexts, [NOT_WORDS, [...SPOKEN_ATTRIBUTES, ...SHOWN_ATTRIBUTES]] as const);
  return [...new Set(texts.map((text) => text.trim()))].filter(hasOwnWords);
}

/** Whether words are left once ⟦keys with their values⟧, numbers and signs are taken away. */
export function hasOwnWords(text: string): boolean {
  let rest = text;
  // From the innermost out: values may be phrases themselves.
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/⟦[^⟦⟧]*⟧/g, ' ');
  }
  const words = rest.replace(NUMBERS, ' ').match(/[\p{L}\p{M}₀-₉]+/gu) ?? [];
  return words.some((word) => !SYMBOLS.has(word.normalize()));
}

/** Runs within the page: the texts of visible nodes, of options to choose from, and of attributes that are shown or spoken. */
function collectTexts([notWords, attributes]: readonly [string, readonly string[]]): string[] {
  const visible = (element: Element): boolean =>
    (element.closest('select') ?? element).checkVisibility({ visibilityProperty: true });
  const counted = (element: Element): boolean => element.closest(notWords) === null && visible(element);
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement !== null && counted(parentElement)) texts.push(textContent ?? '');
  }
  for (const element of document.body.querySelectorAll(attributes.map((name) => `[${name}]`).join(', '))) {
    if (counted(element)) texts.push(...attributes.map((name) => element.getAttribute(name) ?? ''));
  }
  return texts;
}
