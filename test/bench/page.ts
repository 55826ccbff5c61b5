// The built page against its budgets, in a headless browser with fresh profiles: opening, starting, frames and tasks while training, memory
// over a long run, and the cost of a long history.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { ensureChrome } from '../../scripts/find-chrome.ts';
import { CHROME_FLAGS } from '../browser/chrome-flags.ts';
import { writeTinyModel } from '../browser/tiny-model.ts';
import { measureFrames } from './page-frames.ts';
import { measureMemory } from './page-memory.ts';
import { measureOpening, measureStart } from './page-opening.ts';
import type { Row } from './page-report.ts';

const ROOT = join(import.meta.dirname, '../..');
const PORT = 4303;

const PARTS: Readonly<Record<string, (browser: Browser, address: string) => Promise<Row[]>>> = {
  opening: measureOpening,
  start: measureStart,
  frames: measureFrames,
  memory: measureMemory,
  history: async () => measureHistory(),
};

/** The charts' own bench, which ends with status 1 where it finds them slow; its numbers are judged here. */
function measureHistory(): Row[] {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'charts.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`The charts' own bench printed no numbers: ${stderr}`);
  const { short, long, ratio } = JSON.parse(line);
  const note = `medians ${short.drawn.toFixed(1)} ms and ${long.drawn.toFixed(1)} ms an update`;
  return [
    {
      what: 'An update of a chart after 100,000 steps, to after 1,000',
      budget: 1.25,
      measured: ratio,
      unit: '×',
      note,
    },
  ];
}

export const PAGE_PARTS: readonly string[] = Object.keys(PARTS);

/** Builds and serves the page, and measures these parts of `PAGE_PARTS`, each in a browser of its own. */
export async function measurePage(parts: readonly string[]): Promise<Row[]> {
  const outDir = join(ROOT, '.tmp/bench-page');
  await build({ root: ROOT, logLevel: 'warn', build: { outDir } });
  await writeTinyModel(join(outDir, 'models/tiny'), { width: 16, layers: 1 });
  const server = await preview({
    root: ROOT,
    logLevel: 'warn',
    build: { outDir },
    preview: { port: PORT, strictPort: true },
  });
  const rows: Row[] = [];
  try {
    for (const part of parts) {
      const browser = await chromium.launch({ executablePath: ensureChrome('measuring'), args: CHROME_FLAGS });
      console.error(`${part} …`);
      rows.push(...(await PARTS[part]!(browser, `http://localhost:${PORT}/`).finally(() => browser.close())));
    }
  } finally {
    await server.close();
  }
  return rows;
}
