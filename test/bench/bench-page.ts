// The bench's page in a headless browser of its own: built, served with isolation headers, its workers as lanes with their processor time.

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { build, type PreviewServer, preview } from 'vite';
import { ensureChrome } from '../../scripts/find-chrome.ts';
import { CHROME_FLAGS } from '../browser/chrome-flags.ts';
import type { Place } from './contender.ts';
import type { Lane } from './lanes.ts';
import type { Steps } from './page/trainer-worker.ts';
import { trainingCase, writeCase } from './training-cases.ts';

const ROOT = join(import.meta.dirname, '../..');
const OUT = join(ROOT, '.tmp/bench');
const PORT = 4304;

/** What was opened under a name in the page. */
export interface Opened {
  readonly name: string;
  readonly version: string;
}

export class BenchPage {
  private readonly server: PreviewServer;
  private readonly browser: Browser;
  private readonly page: Page;
  private readonly cdp: CDPSession;
  private opened = 0;

  private constructor(server: PreviewServer, browser: Browser, page: Page, cdp: CDPSession) {
    this.server = server;
    this.browser = browser;
    this.page = page;
    this.cdp = cdp;
  }

  /** Builds the page; the cases and the built-in model lie beside it. */
  static async build(cases: readonly string[]): Promise<void> {
    await build({
      root: join(ROOT, 'test/bench/page'),
      configFile: join(ROOT, 'vite.config.ts'),
      mode: 'bench',
      logLevel: 'warn',
    });
    for (const name of cases) await writeCase(join(OUT, 'cases'), await trainingCase(name));
    await mkdir(join(OUT, 'models'), { recursive: true });
    await cp(join(ROOT, 'public/models/spin-small'), join(OUT, 'models/spin-small'), { recursive: true });
  }

  static async open(): Promise<BenchPage> {
    const server = await preview({
      root: ROOT,
      configFile: join(ROOT, 'vite.config.ts'),
      mode: 'bench',
      logLevel: 'warn',
      build: { outDir: OUT },
      preview: { port: PORT, strictPort: true },
    });
    const browser = await chromium.launch({ executablePath: ensureChrome(), args: CHROME_FLAGS });
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`the bench's page: ${error.message}`));
    await page.goto(`http://localhost:${PORT}/`);
    await page.waitForFunction(() => 'bench' in globalThis);
    return new BenchPage(server, browser, page, await browser.newBrowserCDPSession());
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }

  get browserVersion(): string {
    return this.browser.version();
  }

  /** A worker with a trainer in it. @throws with the worker's words where it could not be opened */
  async trainer(contender: string, place: Place, name: string): Promise<Opened> {
    const id = `${contender} ${++this.opened}`;
    const command = { kind: 'open', contender, place, case: name } as const;
    const version = await this.page.evaluate(([key, first]) => bench.open(key, 'trainer', first), [
      id,
      command,
    ] as const);
    return { name: id, version: String(version) };
  }

  lane({ name }: Opened, label: string): Lane {
    return {
      name: label,
      run: async (first, count) => {
        const before = await this.cpuMs();
        const command = { kind: 'steps', first, count } as const;
        const { losses, ms } = (await this.page.evaluate(([key, next]) => bench.call(key, next), [
          name,
          command,
        ] as const)) as Steps;
        return { results: losses, ms, cpuMs: ((await this.cpuMs()) - before) / count };
      },
    };
  }

  async end({ name }: Opened): Promise<void> {
    await this.page.evaluate((key) => bench.close(key), name);
  }

  /** Of the processes that run pages and their workers. Whatever runs on WebGPU works in another process too. */
  private async cpuMs(): Promise<number> {
    const { processInfo } = await this.cdp.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
  }
}
