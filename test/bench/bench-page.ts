// The bench's page in a headless browser of its own: built, served with isolation headers, its workers as lanes with their processor time.

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { build, type PreviewServer, preview } from 'vite';
import { ensureChrome } from '../../scripts/find-chrome.ts';
import { CHROME_FLAGS } from '../browser/chrome-flags.ts';
import type { AnsweringCommand, Work } from './browser/answering-worker.ts';
import type { Steps } from './browser/serve-bench.ts';
import type { TrainerCommand } from './browser/trainer-worker.ts';
import type { Place, TrainingCase } from './contender.ts';
import type { Lane } from './lanes.ts';
import type { Started } from './starting.ts';
import { writeCase } from './training-cases.ts';

const ROOT = join(import.meta.dirname, '../..');
const OUT = join(ROOT, '.tmp/bench');
const PORT = 4304;

/** What was opened under a name in the page. */
export interface Opened {
  readonly name: string;
  readonly version: string;
  readonly place: Place;
}

/** Where a built page lies and is served; what is left out is this version's own. */
export interface Built {
  readonly out?: string;
  readonly port?: number;
  /** The browser of another page, which then is opened beside it. */
  readonly beside?: BenchPage;
}

export class BenchPage {
  readonly #server: PreviewServer;
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #cdp: CDPSession;
  /** The browser is another page's. */
  readonly #isGuest: boolean;
  #opened = 0;

  private constructor(
    server: PreviewServer,
    browser: Browser,
    page: Page,
    { cdp, isGuest }: { readonly cdp: CDPSession; readonly isGuest: boolean },
  ) {
    this.#server = server;
    this.#browser = browser;
    this.#page = page;
    this.#cdp = cdp;
    this.#isGuest = isGuest;
  }

  /** Builds the page; the cases and the built-in model lie beside it. */
  static async build(cases: readonly TrainingCase[]): Promise<void> {
    await build({
      root: join(ROOT, 'test/bench/browser'),
      configFile: join(ROOT, 'vite.config.ts'),
      mode: 'bench',
      logLevel: 'warn',
    });
    for (const one of cases) await writeCase(join(OUT, 'cases'), one);
    await mkdir(join(OUT, 'models'), { recursive: true });
    await cp(join(ROOT, 'public/models/spin-small'), join(OUT, 'models/spin-small'), { recursive: true });
  }

  static async open({ out = OUT, port = PORT, beside }: Built = {}): Promise<BenchPage> {
    const server = await preview({
      root: ROOT,
      configFile: join(ROOT, 'vite.config.ts'),
      mode: 'bench',
      logLevel: 'warn',
      build: { outDir: out },
      preview: { port, strictPort: true },
    });
    const browser =
      beside === undefined
        ? await chromium.launch({ executablePath: ensureChrome('measuring'), args: CHROME_FLAGS })
        : beside.#browser;
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`the bench's page: ${error.message}`));
    await page.goto(`http://localhost:${port}/`);
    await page.waitForFunction(() => 'bench' in globalThis);
    return new BenchPage(server, browser, page, {
      cdp: await browser.newBrowserCDPSession(),
      isGuest: beside !== undefined,
    });
  }

  async close(): Promise<void> {
    await (this.#isGuest ? this.#page : this.#browser).close();
    await this.#server.close();
  }

  get browserVersion(): string {
    return this.#browser.version();
  }

  async hasHardwareAdapter(): Promise<boolean> {
    return this.#page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter();
      return (
        adapter != null && !adapter.info.isFallbackAdapter && !/swiftshader|llvmpipe/i.test(adapter.info.architecture)
      );
    });
  }

  /** A worker with a trainer in it. @throws with the worker's words where it could not be opened */
  async trainer(contender: string, place: Place, name: string): Promise<Opened> {
    return this.#start('trainer', place, { kind: 'open', contender, place, case: name } satisfies TrainerCommand);
  }

  /** A worker with a model that answers and scores. @throws with the worker's words where it could not be opened */
  async answering(who: 'ours' | 'transformers', place: Place, name: string): Promise<Opened> {
    return this.#start('answering', place, { kind: 'open', who, place, case: name } satisfies AnsweringCommand);
  }

  /** Training steps as a lane, or with `work` pieces of that. */
  lane({ name, place }: Opened, label: string, work?: Work): Lane {
    return {
      name: label,
      run: async (first, count) => {
        const before = await this.#cpuMs();
        const command = { kind: 'steps', first, count, work };
        const steps = await this.#page.evaluate(([key, next]) => bench.call(key, next), [name, command] as const);
        const { losses, ms } = steps as Steps;
        // What a device computes is in no process of ours.
        const cpuMs = place.backend === 'webgpu' ? null : ((await this.#cpuMs()) - before) / count;
        return { results: losses, ms, cpuMs };
      },
    };
  }

  /** A worker that starts as the lab's do, and ends. */
  async starting(place: Place): Promise<Started> {
    const marks = await this.#page.evaluate(async (where) => {
      const asked = performance.timeOrigin + performance.now();
      const done = await bench.open('starting', 'starting', { kind: 'start', place: where, asked });
      bench.close('starting');
      return done;
    }, place);
    return marks as Started;
  }

  async #start(kind: string, place: Place, command: unknown): Promise<Opened> {
    const name = `${kind} ${++this.#opened}`;
    const version = await this.#page.evaluate(([key, which, first]) => bench.open(key, which, first), [
      name,
      kind,
      command,
    ] as const);
    return { name, version: String(version), place };
  }

  async end({ name }: Opened): Promise<void> {
    await this.#page.evaluate((key) => bench.close(key), name);
  }

  /** Of the processes that run pages and their workers. Whatever runs on WebGPU works in another process too. */
  async #cpuMs(): Promise<number> {
    const { processInfo } = await this.#cdp.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
  }
}
