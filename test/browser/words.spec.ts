// The search for literals finds them wherever a page shows or speaks words, and nothing else.

import { expect, test } from '@playwright/test';
import { hasOwnWords, literalTexts } from './words.ts';

test('literals are found in texts, options, charts and attributes, even where only a screen reader reads them', async ({
  page,
}) => {
  await page.setContent(`<html lang="en"><title>In the title</title><body>
    <p>⟦finished.world·3·⟦plan.iterations·3⟧⟧, λ = 0.5, 12 % × 1e-4, KL(p ‖ p)</p>
    <p>In a text</p>
    <button aria-label="In a label" title="In a title">⟦action.start⟧</button>
    <select><option>⟦step.batch⟧</option><option>In an option</option></select>
    <input placeholder="In a placeholder">
    <svg width="50" height="50"><text y="20">In a chart</text><text y="40">1,000</text></svg>
    <span style="position: absolute; clip-path: inset(50%); width: 1px; height: 1px">In hiding</span>
    <p>3 <b>ms</b></p>
    <p translate="no">data <b>deep within</b></p><p lang="zh">中文</p><code>code</code><kbd>N</kbd>
    <p hidden>hidden</p><p style="visibility: hidden">unseen</p>
    <details><summary>⟦curves.table⟧</summary><p>closed</p></details>
  </body></html>`);
  expect((await literalTexts(page)).sort()).toEqual(
    [
      'In a chart',
      'In a label',
      'In a placeholder',
      'In a text',
      'In a title',
      'In an option',
      'In hiding',
      'In the title',
      'ms',
    ].sort(),
  );
});

test('keys, numbers and signs are no words; what stands beside them may be', () => {
  for (const text of ['⟦a·⟦b·x⟧·⟦c⟧⟧', '−3.5e−4', 'β₁ = 0.9', 'λ·ℓ', '‖ → ✓', ''])
    expect(hasOwnWords(text)).toBe(false);
  for (const text of ['⟦a⟧ of', 'Iteration 3', '中', '⟦unclosed', '0x', 'λs']) expect(hasOwnWords(text)).toBe(true);
});
