// All words come from the locale files: none stands in the code of a view, and the Chinese page speaks Chinese. The searches for such words
// find them wherever a page shows or speaks, and nothing else.

import { expect, type Page, test } from '@playwright/test';
import { VIEWS } from '../../src/lab/settings/page-store.ts';
import { look, openExample } from './example-page.ts';
import { openLab, reach, SHORT } from './lab-page.ts';
import { hasOwnWords, latinTexts, literalTexts } from './words.ts';

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
  for (const text of ['⟦a·⟦b·x⟧·⟦c⟧⟧', '−3.5e−4', '77 MB', '100K', '1.5M', 'β₁ = 0.9', 'λ·ℓ', '‖ → ✓', ''])
    expect(hasOwnWords(text)).toBe(false);
  for (const text of ['⟦a⟧ of', 'Iteration 3', '中', '⟦unclosed', '0x', 'λs']) expect(hasOwnWords(text)).toBe(true);
});

test('on a Chinese page English is found, but no name, no quotation of the world and nothing marked as English', async ({
  page,
}) => {
  await page.setContent(`<html lang="zh"><title>对局·SPIN Lab</title><body>
    <p>缺少“the lamp”。WebGPU · CPU，onnxruntime-web 1.30.0</p><p>KL(人类 ‖ 模型) 1.2 MB</p>
    <p lang="en">Could you?</p><p translate="no">Could you?</p>
    <p>请按 Start</p><button aria-label="Close">×</button>
  </body></html>`);
  expect((await latinTexts(page)).sort()).toEqual(['Close', '请按 Start'].sort());
});

type Search = (page: Page) => Promise<string[]>;

const TONGUES: readonly (readonly [string, string, Search])[] = [
  ['no words but those of the locale files', 'test', literalTexts],
  ['nothing but Chinese', 'zh', latinTexts],
];

for (const [what, lang, search] of TONGUES) {
  test(`${what} in the recorded example and in all that opens`, async ({ page }) => {
    await openExample(page, { lang });
    for (const view of VIEWS) {
      await look(page, view);
      expect(await search(page), view).toEqual([]);
    }
    await page.keyboard.press('1');
    for (const key of ['k', '?', 'w']) {
      await page.keyboard.press(key);
      await page.locator('dialog[open]').waitFor();
      expect(await search(page), `dialog of ${key}`).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await page.locator('[data-backend]').click();
    await page.locator('.panel:popover-open').waitFor();
    expect(await search(page), 'back end').toEqual([]);
    await page.locator('.arena-token').first().focus();
    await page.locator('.token-details').waitFor();
    expect(await search(page), 'token details').toEqual([]);
    await look(page, 'curves');
    await page.locator('#chart-loss .chart-menu').click();
    expect(await search(page), 'menu of a chart').toEqual([]);
    await page.locator('#chart-loss .chart-menu-items button').first().click();
    await page.locator('#chart-loss .chart-table').waitFor();
    expect(await search(page), 'table of a chart').toEqual([]);
    await look(page, 'compare');
    await page.locator('.own-prompts summary').click();
    for (const marking of ['tokens', 'logp', 'none']) {
      await page.locator('select:has(option[value=logp]):has(option[value=none])').selectOption(marking);
      expect(await search(page), `marks: ${marking}`).toEqual([]);
    }
    await page.locator('.modes button').nth(1).click();
    expect(await search(page), 'one by one').toEqual([]);
    await page.locator('.modes button').nth(2).click();
    await page.locator('.blind button.primary').click();
    await page.locator('.question').press('1');
    await page.locator('.reveal').waitFor();
    expect(await search(page), 'blind test').toEqual([]);
  });

  test(`${what} in the settings, whatever is typed there`, async ({ page }) => {
    await openExample(page, { lang, view: 'setup', hide: 'batch', lock: '1' });
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    for (const box of await page.locator('.number-box').all()) {
      await box.fill('-7');
      await box.press('Enter');
    }
    await expect(page.locator('.parameter-problem .problem').first()).toBeVisible();
    expect(await search(page)).toEqual([]);
    // All helps at once: what a screen reader is told of each control.
    await page.evaluate(() => {
      for (const tip of document.querySelectorAll<HTMLElement>('.help-tip')) tip.removeAttribute('popover');
    });
    expect(await search(page), 'helps').toEqual([]);
  });

  test(`${what} while a run is played and once it is finished, kept and removed`, async ({ page }) => {
    // Keys are longer than words.
    await page.setViewportSize({ width: 2200, height: 1000 });
    await openLab(page, { ...SHORT, t: '1', n: '96', batch: '8', micro: '8', lang });
    await page.locator('[data-action=start]').click();
    const found = new Set<string>();
    while (!(await page.locator('[data-status=finished]').isVisible())) {
      for (const text of await search(page)) found.add(text);
      await page.waitForTimeout(100);
    }
    expect([...found]).toEqual([]);
    for (const view of VIEWS) {
      await look(page, view);
      expect(await search(page), view).toEqual([]);
    }
    await look(page, 'runs');
    await page.locator('.run-list .run-actions button[popovertarget]').click();
    expect(await search(page), 'menu of a run').toEqual([]);
    await page.keyboard.press('Escape');
    await look(page, 'setup');
    await page.locator('[data-parameter=batchSize] .number-box').fill('8');
    await page.locator('[data-parameter=batchSize] .number-box').press('Enter');
    expect(await search(page), 'changed settings').toEqual([]);
  });

  test(`${what} in what went wrong`, async ({ page }) => {
    await openExample(page, { lang, batch: '0', lr: 'fast', preset: 'none', view: 'nowhere', hide: 'me', lock: 'yes' });
    await expect(page.locator('.link-notice li')).toHaveCount(6);
    expect(await search(page), 'a wrong link').toEqual([]);
    await page.setViewportSize({ width: 2200, height: 1000 });
    await openLab(page, { ...SHORT, lang, t: '1', n: '192', loss: 'exponential', lambda: '100', lr: '1', warm: '0' });
    await page.locator('[data-action=start]').click();
    await reach(page, 'failed');
    await page.locator('.trouble').waitFor();
    expect(await search(page), 'a run that diverged').toEqual([]);
  });
}
