// The page for everyone: axe finds nothing in any view, theme and language, nor in what opens; the keyboard reaches everything; nothing
// overflows or hides, from a phone to twice the size; nothing moves for those who want no motion.

import { expect, type Page, test } from '@playwright/test';
import { VIEWS } from '../../src/lab/settings/page-store.ts';
import { atRest, look, openExample, there, violations } from './example-page.ts';
import { FULL, LOOKS } from './full.ts';
import { newPage, openLab, playToTheEnd, press, reach, SHORT, status } from './lab-page.ts';

for (const { colorScheme, lang } of LOOKS) {
  test(`axe finds nothing in the recorded example, ${colorScheme}, ${lang}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openExample(page, { lang });
    for (const view of VIEWS) {
      await look(page, view);
      expect(await violations(page), view).toEqual([]);
    }
  });
}

test('axe finds nothing while a run is played, nor once it is finished and kept', async ({ page }) => {
  await openLab(page, { ...SHORT, t: '1' });
  await page.getByLabel('Step by').selectOption('phase');
  for (const phase of ['the base', 'answering']) {
    await press(page, 'Step');
    await reach(page, 'paused');
    expect(await violations(page), `arena after ${phase}`).toEqual([]);
  }
  for (const view of VIEWS) {
    await look(page, view);
    expect(await violations(page), `${view}, paused`).toEqual([]);
  }
  await page.keyboard.press('1');
  await press(page, 'To the end');
  await reach(page, 'finished');
  await look(page, 'runs');
  await expect(page.locator('.run-list .run')).toHaveCount(1);
  for (const view of VIEWS) {
    await look(page, view);
    expect(await violations(page), `${view}, finished`).toEqual([]);
  }
});

for (const colorScheme of FULL ? (['light', 'dark'] as const) : (['dark'] as const)) {
  test(`axe finds nothing in what opens, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openExample(page, colorScheme === 'dark' ? { lang: 'zh' } : {});
    for (const key of ['k', '?', 'w']) {
      await page.keyboard.press(key);
      await page.locator('dialog[open]').waitFor();
      expect(await violations(page), `dialog of ${key}`).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.locator('dialog[open]')).toHaveCount(0);
    }
    await page.locator('[data-backend]').click();
    await expect(page.locator('.panel:popover-open')).toBeVisible();
    expect(await violations(page), 'back end').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.more-actions').click();
    expect(await violations(page), 'more actions').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.arena-token').first().focus();
    await page.locator('.token-details').waitFor();
    expect(await violations(page), 'token details').toEqual([]);
    await look(page, 'curves');
    await page.locator('#chart-loss .chart-menu').click();
    await page.locator('#chart-loss .chart-menu-items button').first().click();
    await page.locator('#chart-loss .chart-table').waitFor();
    expect(await violations(page), 'table of a chart').toEqual([]);
    await look(page, 'compare');
    await page.locator('.own-prompts summary').click();
    expect(await violations(page), 'own prompts').toEqual([]);
    await page.locator('.modes button').nth(1).click();
    await page.locator('.reading').waitFor();
    expect(await violations(page), 'one by one').toEqual([]);
    await page.locator('.modes button').nth(2).click();
    await page.locator('.blind button.primary').click();
    await page.locator('.question').waitFor();
    expect(await violations(page), 'blind test').toEqual([]);
    await page.keyboard.press('1');
    await page.locator('.reveal').waitFor();
    expect(await violations(page), 'blind test, answered').toEqual([]);
  });
}

test('settings out of range are refused in words at their control, and axe has nothing against it', async ({
  page,
}) => {
  await openExample(page, { view: 'setup' });
  const box = page.locator('[data-parameter=iterations] .number-box');
  await box.fill('0');
  await box.press('Enter');
  await expect(page.locator('[data-parameter=iterations] .problem')).toContainText(
    'Iterations is between 1 and 100, not 0.',
  );
  await expect(box).toHaveAttribute('aria-invalid', 'true');
  expect(await violations(page)).toEqual([]);
});

test('a run can be started, paused, stepped and reset by keyboard, and is told in words', async ({ page }) => {
  await openLab(page, { ...SHORT, n: '256' });
  const live = page.locator('[aria-live=polite]').first();
  await page.keyboard.press('Space');
  await reach(page, 'running');
  await page.keyboard.press('Space');
  await reach(page, 'paused');
  await expect(live).toHaveText('Paused.');
  await page.keyboard.press('n');
  await expect(status(page)).toHaveAttribute('data-status', 'paused');
  await page.keyboard.press('r');
  await reach(page, 'idle');
  await expect(live).toHaveText('Reset. The next start plays the same run again.');
});

test('keys that are typed into a field are the field’s', async ({ page }) => {
  await openExample(page, { view: 'setup' });
  const seed = page.locator('[data-parameter=seed] .number-box');
  await seed.fill('');
  await seed.pressSequentially('4 2 n s r');
  await expect(status(page)).toHaveAttribute('data-status', 'idle');
  await expect(page.locator('main')).toHaveAttribute('data-view', 'setup');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
});

interface Hidden {
  readonly scrollY: number;
  readonly over: string;
}

/** What lies over the transport, at the top, in the middle and at the end of the page; and whether its end can be seen. */
async function overTransport(page: Page): Promise<readonly Hidden[]> {
  const found: Hidden[] = [];
  for (const share of [0, 0.5, 1]) {
    const over = await page.evaluate(async (where) => {
      scrollTo({ top: where * document.documentElement.scrollHeight, behavior: 'instant' });
      await new Promise(requestAnimationFrame);
      const { left, right, top, bottom } = document.querySelector('.transport')!.getBoundingClientRect();
      const names: string[] = [];
      for (const x of [0.02, 0.25, 0.5, 0.75, 0.98]) {
        for (const y of [0.1, 0.5, 0.9]) {
          const at = [left + x * (right - left), top + y * (bottom - top)] as const;
          const [topmost] = document.elementsFromPoint(...at);
          if (topmost !== undefined && topmost.closest('.transport') === null) names.push(topmost.className);
        }
      }
      return names.map((name) => ({ scrollY, over: String(name) }));
    }, share);
    found.push(...over);
  }
  return found;
}

/** Elements that reach beyond the page's sides without being within something that scrolls or clips. */
function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement;
    const clipped = (element: Element): boolean => {
      for (let box = element.parentElement; box !== null && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') return true;
      }
      return false;
    };
    return [...document.body.querySelectorAll('*')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (right > clientWidth + 1 || left < -1) && element.checkVisibility() && !clipped(element);
      })
      .map((element) => `${element.tagName} ${element.getAttribute('class') ?? ''}`);
  });
}

const SIZES = [
  { width: 360, height: 740 },
  // What a page of 1440 × 900 is at twice its size.
  { width: 720, height: 450 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
  { width: 2560, height: 1440 },
];

test.describe('at every size, in a page opened once', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
    await openExample(page);
  });

  test.afterAll(() => page.context().close());

  for (const size of SIZES) {
    test(`nothing overflows or lies over the transport at ${size.width} × ${size.height}`, async () => {
      await page.setViewportSize(size);
      await page.getByLabel(/^(Language|语言)$/).selectOption(size.width < 1000 ? 'zh' : 'en');
      for (const view of VIEWS) {
        await look(page, view);
        await atRest(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(size.width);
        expect(await sticksOut(page), view).toEqual([]);
        expect(await overTransport(page), view).toEqual([]);
        // The end of the page can be scrolled out from under the transport.
        const room = await page.evaluate(() => {
          const transport = document.querySelector('.transport')!.getBoundingClientRect();
          const end = document.querySelector('main')!.lastElementChild!.getBoundingClientRect().bottom;
          return transport.top > innerHeight / 2 ? transport.top - end : innerHeight - end;
        });
        expect(room, `${view}: room under its end`).toBeGreaterThanOrEqual(0);
      }
    });
  }
});

test('what is pressed is large enough for a thumb, on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openExample(page);
  for (const control of await page.locator('.transport button:visible, .transport select:visible').all()) {
    expect((await control.boundingBox())?.height, (await control.textContent()) ?? '').toBeGreaterThanOrEqual(40);
  }
});

test.describe('a run that is played', () => {
  test.describe.configure({ mode: 'serial' });
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
  });

  test.afterAll(() => page.context().close());

  test('with reduced motion nothing is animated while a run is played', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.addInitScript(() => {
      Object.assign(window, { moved: new Set<string>() });
      const watch = () => {
        for (const animation of document.getAnimations()) {
          const { duration, iterations } = animation.effect!.getTiming();
          if (Number(duration) * Number(iterations) > 1) {
            const target = (animation.effect as KeyframeEffect).target;
            (window as unknown as { moved: Set<string> }).moved.add(String(target?.className));
          }
        }
        requestAnimationFrame(watch);
      };
      requestAnimationFrame(watch);
    });
    await openLab(page, SHORT);
    await playToTheEnd(page);
    expect(await page.evaluate(() => [...(window as unknown as { moved: Set<string> }).moved])).toEqual([]);
  });

  test('nothing overflows on a phone once a run is finished', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const view of VIEWS) {
      await look(page, view);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(360);
      expect(await sticksOut(page), view).toEqual([]);
    }
  });
});

interface Stop {
  readonly name: string;
  readonly fault: string | null;
}

/** One press of Tab: what has the focus now, and what is wrong with that. null: the focus has left the page. */
async function nextStop(page: Page): Promise<Stop | null> {
  await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const { left, top, width, height } = element.getBoundingClientRect();
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const name = `${element.tagName} ${element.getAttribute('class') ?? ''} ${element.textContent?.slice(0, 30)}`;
    const middle = [left + width / 2, top + Math.min(height / 2, 20)] as const;
    const within = middle[0] >= 0 && middle[0] < innerWidth && middle[1] >= 0 && middle[1] < innerHeight;
    const [topmost] = document.elementsFromPoint(...middle);
    const seen =
      topmost !== undefined &&
      (element.contains(topmost) || topmost.contains(element) || topmost.closest('label')?.contains(element) === true);
    const ringed = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    const fault = !within
      ? 'is out of sight'
      : !seen
        ? `lies under ${topmost?.className}`
        : ringed
          ? null
          : 'has no ring';
    return { name, fault: (element as HTMLElement).tabIndex > 0 ? 'has a place of its own in the order' : fault };
  });
}

test.describe('by Tab, in a page opened once', () => {
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await newPage(browser);
  });

  test.afterAll(() => page.context().close());

  for (const view of VIEWS) {
    test(`Tab walks through ${view} from the first to the last, each in sight and with a ring`, async () => {
      await openExample(page, { view });
      await there(page, view);
      const stops: Stop[] = [];
      for (let stop = await nextStop(page); stop !== null && stops.length < 500; stop = await nextStop(page))
        stops.push(stop);
      expect(stops[0]?.name).toContain('Skip to the run');
      expect(stops.length).toBeGreaterThan(20);
      expect(stops.length).toBeLessThan(500);
      expect(stops.filter(({ fault }) => fault !== null)).toEqual([]);
    });
  }
});

test('the link that skips the bars leads to the view', async ({ page }) => {
  await openExample(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});

test('the page speaks Chinese when asked to, and when the browser does', async ({ page, browser }) => {
  await openExample(page, { lang: 'zh' });
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh');
  await expect(page.getByRole('button', { name: '开始', exact: true })).toBeVisible();
  await page.getByLabel('语言').selectOption('en');
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  const chinese = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  await openExample(chinese);
  await expect(chinese.getByRole('button', { name: '开始', exact: true })).toBeVisible();
  await chinese.context().close();
});
