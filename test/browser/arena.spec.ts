// The arena's story: two answers token by token, what both players think of each, the change over the steps, the pairs to step back into,
// and a run that moves it.

import { expect, type Page, test } from '@playwright/test';
import { WORLD } from '../../src/world/world.ts';
import { exampleLines, openExample } from './example-page.ts';
import { newPage, openLab, playToTheEnd, press, reach, SHORT } from './lab-page.ts';

interface TokenView {
  readonly logp: number;
  readonly rank: number;
  readonly top: readonly { readonly text: string; readonly logp: number }[];
}
interface Token {
  readonly text: string;
  readonly player: TokenView;
  readonly opponent: TokenView;
}
interface Watched {
  readonly iteration: number;
  readonly step: number;
  readonly example: number;
  readonly prompt: string;
  readonly lambda: number;
  readonly real: readonly Token[];
  readonly generated: readonly Token[];
}

/** What both players saw of the example's pairs in its last iteration, oldest first. */
const watched = exampleLines('tokens/iteration-2.jsonl') as unknown as readonly Watched[];
/** The pair that is shown at first: the iteration's first, as it was seen last. */
const first = watched.filter(({ example }) => example === watched[0]!.example);
const shown = first.at(-1)!;

const two = (value: number) =>
  value
    .toFixed(2)
    .replace('-', '−')
    .replace(/^−(0\.00)$/, '$1');
const ratio = ({ player, opponent }: Token) => player.logp - opponent.logp;
const sum = (tokens: readonly Token[], of: (token: Token) => number) =>
  tokens.reduce((total, token) => total + of(token), 0);
const tokens = (page: Page, side: 'real' | 'generated') => page.locator(`.face-side.${side} .arena-token`);

test.describe('in the recorded example, opened once', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
    await openExample(page);
  });

  test.afterAll(() => page.context().close());

  test('the answers stand token by token, tinted by the log-ratio and underlined by its sign', async () => {
    await expect(page.locator('.arena-prompt')).toContainText(shown.prompt);
    for (const side of ['real', 'generated'] as const) {
      await expect(tokens(page, side)).toHaveCount(shown[side].length);
      const seen = await tokens(page, side).evaluateAll((buttons) =>
        buttons.map((button) => ({
          strength: Number((button as HTMLElement).style.getPropertyValue('--strength')),
          sign: button.classList.contains('liked-more') ? 1 : button.classList.contains('liked-less') ? -1 : 0,
          line: getComputedStyle(button).textDecorationLine,
          style: getComputedStyle(button).textDecorationStyle,
          ground: getComputedStyle(button).backgroundColor,
        })),
      );
      for (const [at, token] of shown[side].entries()) {
        const nats = ratio(token);
        const { strength, sign, line, style, ground } = seen[at]!;
        // Full from 2 nats on; what rounds to nothing has no tint (LOOK: clipped at ±2).
        expect(strength).toBeCloseTo(Math.abs(nats) < 0.005 ? 0 : Math.min(1, Math.abs(nats) / 2), 6);
        expect(sign).toBe(strength === 0 ? 0 : Math.sign(nats));
        expect([line, style]).toEqual(sign === 0 ? ['none', 'solid'] : ['underline', sign > 0 ? 'solid' : 'dotted']);
        if (strength > 0.1) expect(ground).not.toBe('rgba(0, 0, 0, 0)');
      }
    }
  });

  test('the margin’s numbers are those of the tokens: log-ratios, λ · margin, loss, the gradient’s weight', async () => {
    const [real, generated] = [sum(shown.real, ratio), sum(shown.generated, ratio)];
    const t = shown.lambda * (real - generated);
    const signed = (value: number, digits: number) => {
      const text = value.toFixed(digits).replace('-', '−');
      return value > 0 ? `+${text}` : text;
    };
    // ℓ(t) = ln(1 + e⁻ᵗ) and −ℓ′(t) = 1 / (1 + eᵗ) (paper, eq. 4.7 and below).
    await expect(page.locator('.pair-margin dd')).toHaveText([
      signed(real, 2),
      signed(generated, 2),
      signed(real - generated, 2),
      signed(t, 3),
      Math.log1p(Math.exp(-t)).toFixed(3),
      (1 / (1 + Math.exp(t))).toFixed(3),
    ]);
    await expect(page.locator('.loss-plot')).toHaveAttribute(
      'aria-label',
      new RegExp(`This pair is at .?${Math.abs(t).toFixed(3)}`),
    );
  });

  test('the scrubber goes through the steps at which the pair was seen, and the change can be played', async () => {
    const steps = first.map(({ step }) => step);
    const slider = page.locator('.scrubber input');
    await expect(slider).toHaveAttribute('max', String(steps.length - 1));
    await expect(page.locator('.scrubber .at')).toHaveText(`Step ${steps.at(-1)} of 32`);
    const margin = page.locator('.pair-margin dd').nth(2);
    const last = await margin.textContent();
    await slider.fill('0');
    await expect(page.locator('.scrubber .at')).toHaveText('Step 0 of 32');
    // Before the first step the player is its opponent.
    await expect(margin).toHaveText(/^[+−]?0\.00$/);
    await expect(page.locator('.arena-token.liked-more, .arena-token.liked-less')).toHaveCount(0);
    await page.getByRole('button', { name: 'Play the change' }).click();
    await expect(page.locator('.scrubber .at')).toHaveText(`Step ${steps.at(-1)} of 32`, {
      timeout: 1000 * steps.length,
    });
    await expect(margin).toHaveText(last!);
  });

  test('other pairs, other iterations, and back to the run', async () => {
    const prompt = page.locator('.arena-prompt');
    const before = await prompt.textContent();
    await page.getByRole('button', { name: 'Next pair' }).click();
    await expect(prompt).not.toHaveText(before!);
    await page.getByRole('button', { name: 'Previous pair' }).click();
    await expect(prompt).toHaveText(before!);
    const item = page.locator('.pair-list li button').nth(4);
    const chosen = await item.locator('.quiet').first().textContent();
    await item.click();
    await expect(item).toHaveAttribute('aria-pressed', 'true');
    await expect(prompt).toContainText(chosen!);
    await page.getByRole('button', { name: 'Follow the run', exact: true }).click();
    await expect(prompt).toHaveText(before!);
    await page.locator('.timeline button').first().click();
    await expect(page.locator('.pair-place')).toContainText('Iteration 1');
    await page.getByRole('button', { name: 'Follow the run', exact: true }).click();
    await expect(page.locator('.pair-place')).toContainText('Iteration 3');
  });

  test('a sparkline leads to its chart in Curves', async () => {
    await expect(page.locator('.spark')).toHaveCount(4);
    await page.locator('.spark', { hasText: 'Margin' }).click();
    await expect(page.locator('main')).toHaveAttribute('data-view', 'curves');
    await expect(page.locator('#chart-margin')).toBeInViewport();
    await expect(page).toHaveURL(/chart=margin/);
  });
});

for (const how of ['pointer', 'focus', 'tap'] as const) {
  test(`by ${how} a token tells log p, rank and the likeliest tokens of both players`, async ({ browser }) => {
    const context = await browser.newContext({
      locale: 'en-GB',
      hasTouch: how === 'tap',
      ...(how === 'tap' && { viewport: { width: 390, height: 800 } }),
    });
    const page = await context.newPage();
    await openExample(page);
    const at = Math.min(2, shown.generated.length - 1);
    const button = tokens(page, 'generated').nth(at);
    if (how === 'pointer') await button.hover();
    else if (how === 'focus') await button.focus();
    else await button.tap();
    const details = page.locator('.token-details');
    await expect(details).toBeVisible();
    const token = shown.generated[at]!;
    for (const who of ['player', 'opponent'] as const) {
      const view = details.locator(`.player-view.${who}`);
      await expect(view.locator('dd').nth(0)).toHaveText(two(token[who].logp));
      await expect(view.locator('dd').nth(2)).toHaveText(String(token[who].rank));
      await expect(view.locator('li')).toHaveCount(5);
      const shares = token[who].top.map(({ logp }) => `${(100 * Math.exp(logp)).toFixed(1)}%`);
      await expect(view.locator('li .share')).toHaveText(shares);
    }
    if (how === 'pointer') {
      await page.mouse.move(5, 5);
      await expect(details).toHaveCount(0);
    } else {
      await page.keyboard.press('Escape');
      await expect(details).toHaveCount(0);
    }
    await context.close();
  });
}

test('a run that is played moves the arena: answers appear, the pair is followed, the players turn over', async ({
  page,
}) => {
  await openLab(page, { ...SHORT, n: '128', batch: '8', micro: '8', lr: '0.001' });
  const before = await page.locator('.arena-prompt').textContent();
  await page.evaluate(() => {
    const seen: Record<string, string[]> = { answering: [], held: [], turned: [], margins: [], steps: [] };
    const note = (what: string, text: string | null | undefined) => {
      if (text && seen[what]?.includes(text) === false) seen[what].push(text);
    };
    const watch = () => {
      if (document.querySelector('[data-status=running]') !== null) {
        note('answering', document.querySelector('.arena-answering li .generated')?.textContent);
        note('held', document.querySelector('.arena-answering.measuring li .quiet')?.textContent);
        note('turned', document.querySelector('.turn-over')?.textContent);
        note('margins', document.querySelectorAll('.pair-margin dd')[2]?.textContent);
        note('steps', document.querySelector('.scrubber .at')?.textContent);
      }
      requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    Object.assign(globalThis, { seen });
  });
  await playToTheEnd(page);
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: Record<string, string[]> }).seen);
  expect(seen.answering!.length).toBeGreaterThan(1);
  // While the model is measured its answers stand below the held-out prompts.
  expect(seen.held!.length).toBeGreaterThan(0);
  expect(seen.held!.map((text) => WORLD.parse(text)?.text)).toEqual(seen.held);
  expect(seen.turned!.length).toBeGreaterThan(0);
  expect(seen.margins!.length).toBeGreaterThan(2);
  expect(seen.steps!.length).toBeGreaterThan(2);
  await expect(page.locator('.arena-prompt')).not.toHaveText(before!);
  await expect(page.locator('.pair-list h2')).toBeVisible();
  // Finished: a sentence from the numbers, and three things to do next.
  await expect(page.locator('.finished')).toContainText('What came of it');
  await expect(page.locator('.next-runs li')).toHaveCount(3);
});

test('a pair chosen in the midst of a run is looked at by both players after the next step', async ({ page }) => {
  await openLab(page, { ...SHORT, n: '64', batch: '8', micro: '8' });
  await page.getByLabel('Step by').selectOption('phase');
  for (let phase = 0; phase < 3; phase++) {
    await press(page, 'Step');
    await reach(page, 'paused');
  }
  const item = page.locator('.pair-list li button').nth(3);
  const prompt = await item.locator('.quiet').first().textContent();
  await item.click();
  await expect(page.locator('.arena-prompt')).toContainText(prompt!);
  await page.getByLabel('Step by').selectOption('batch');
  await expect(async () => {
    await press(page, 'Step');
    await reach(page, 'paused');
    await expect(page.locator('.face-side.real .arena-token').first()).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await expect(page.locator('.arena-prompt')).toContainText(prompt!);
});

for (const view of ['arena', 'curves'] as const) {
  test(`nothing shifts in ${view} while a run is played`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await openLab(page, { ...SHORT, n: '128', batch: '8', micro: '8', ...(view === 'curves' && { view }) });
    await press(page, 'Start');
    await reach(page, 'running');
    await page.waitForTimeout(500);
    await page.evaluate(() => {
      const shifts: { value: number; what: string }[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        if (document.querySelector('[data-status=running]') === null) return;
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          sources: { node: Element | null }[];
        })[]) {
          shifts.push({ value: entry.value, what: entry.sources.map(({ node }) => node?.className ?? '').join(' | ') });
        }
      }).observe({ type: 'layout-shift' });
    });
    await reach(page, 'finished');
    const shifts = await page.evaluate(
      () => (window as unknown as { shifts: { value: number; what: string }[] }).shifts,
    );
    const total = shifts.reduce((sum, { value }) => sum + value, 0);
    // The web's own measure calls 0.1 good.
    expect(total, JSON.stringify(shifts.filter(({ value }) => value > 0.001))).toBeLessThan(0.02);
  });
}
