// The lint settings hold the imports to one way: each forbidden import, written into a copy of the house, is an error.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** File → what it may not import. */
const FORBIDDEN: readonly [string, string][] = [
  ['src/spin/a.ts', '../world/world.ts'],
  ['src/spin/b.ts', '../../workers/protocol.ts'],
  ['src/spin/c.ts', 'react'],
  ['src/spin/d.ts', 'onnxruntime-web/wasm'],
  ['src/spin/e.ts', 'zustand'],
  ['src/world/a.ts', '../spin/losses.ts'],
  ['src/world/b.ts', '../../workers/protocol.ts'],
  ['src/world/families/c.ts', '../../spin/losses.ts'],
  ['src/world/d.ts', 'react'],
  ['src/judge/a.ts', '../lab/session.ts'],
  ['src/judge/b.ts', '../../workers/protocol.ts'],
  ['src/folder/a.ts', '../../workers/protocol.ts'],
  ['src/folder/b.ts', '../lab/session.ts'],
  ['src/folder/c.ts', 'react'],
  ['workers/keeper/a.ts', '../engine/runtime.ts'],
  ['workers/keeper/b.ts', '../../src/lab/session.ts'],
  ['workers/keeper/c.ts', 'node:fs'],
  ['workers/engine/g.ts', '../keeper/keeper.ts'],
  ['src/lab/e.ts', '../../workers/keeper/keeper.ts'],
  ['workers/onnx/a.ts', '../models/llama.ts'],
  ['workers/onnx/b.ts', '../engine/runtime.ts'],
  ['workers/onnx/c.ts', '../../src/world/world.ts'],
  ['workers/onnx/d.ts', '../protocol.ts'],
  ['workers/kernel/a.ts', '../engine/runtime.ts'],
  ['workers/kernel/assembly/b.ts', '../../models/config.ts'],
  ['workers/models/a.ts', '../engine/runtime.ts'],
  ['workers/models/b.ts', '../node/main.ts'],
  ['workers/models/c.ts', '../../src/lab/session.ts'],
  ['workers/engine/a.ts', '../node/main.ts'],
  ['workers/engine/b.ts', '../opponent.ts'],
  ['workers/engine/c.ts', '../../src/world/world.ts'],
  ['workers/engine/d.ts', '../../src/lab/session.ts'],
  ['workers/engine/f.ts', '../rows/read-rows.ts'],
  ['workers/rows/a.ts', 'node:fs'],
  ['workers/rows/b.ts', 'node:fs/promises'],
  ['workers/rows/c.ts', '../node/model-files.ts'],
  ['workers/rows/d.ts', '../engine/runtime.ts'],
  ['workers/rows/e.ts', '../protocol.ts'],
  ['workers/rows/f.ts', '../../src/lab/session.ts'],
  ['workers/rows/g.ts', 'onnxruntime-web/wasm'],
  ['workers/player.ts', '../src/lab/session.ts'],
  ['workers/channel.ts', './engine/runtime.ts'],
  ['workers/node/a.ts', '../../src/lab/session.ts'],
  ['workers/node/b.ts', 'react'],
  ['src/lab/a.ts', '../views/page.tsx'],
  ['src/lab/b.ts', '../../workers/engine/runtime.ts'],
  ['src/lab/c.ts', 'onnxruntime-web/wasm'],
  ['src/lab/d.ts', '../../workers/rows/read-rows.ts'],
  ['src/ui/a.ts', '../views/page.tsx'],
  ['src/ui/b.ts', '../lab/session.ts'],
  ['src/views/a.ts', '../../workers/protocol.ts'],
  ['src/text/a.ts', '../lab/session.ts'],
  ['src/text/zh/b.ts', '../../world/world.ts'],
  ['src/anywhere.ts', 'onnxruntime-web'],
  ['workers/engine/e.ts', 'onnxruntime-web/all'],
];

/** File → what it may import. */
const ALLOWED: readonly [string, string][] = [
  ['src/spin/ok.ts', './losses.ts'],
  ['workers/models/ok.ts', '../onnx/graph.ts'],
  ['workers/engine/ok.ts', '../models/llama.ts'],
  ['workers/engine/ok2.ts', '../../src/spin/losses.ts'],
  ['workers/opponent.ts', '../src/world/world.ts'],
  ['workers/run-data.ts', './rows/play-rows.ts'],
  ['workers/node/ok.ts', '../rows/play-rows.ts'],
  ['workers/rows/ok.ts', '../engine/text.ts'],
  ['workers/rows/ok2.ts', '../models/fields.ts'],
  ['workers/rows/ok3.ts', '../../src/judge/held-out.ts'],
  ['src/lab/ok.ts', '../../workers/protocol.ts'],
  ['src/lab/ok2.ts', '../world/world.ts'],
  ['src/judge/ok.ts', '../world/world.ts'],
  ['src/views/ok.ts', '../lab/session.ts'],
  ['src/views/ok2.ts', '../ui/button.tsx'],
  ['src/text/ok.ts', '../spin/presets.ts'],
  ['src/text/zh/ok.ts', '../en/frame.ts'],
  ['src/text/ok2.ts', '../world/faults.ts'],
  ['src/folder/ok.ts', '../spin/events.ts'],
  ['src/lab/ok3.ts', '../folder/lines.ts'],
  ['src/lab/ok4.ts', '../../workers/keeper-protocol.ts'],
  ['workers/keeper/ok.ts', '../models/model-folder.ts'],
];

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string | { readonly file: string } };
}

let house = '';
let found: Set<string>;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true });
  writeFileSync(join(house, file), text);
}

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'house-'));
  const settings = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  write('biome.json', JSON.stringify({ ...settings, $schema: undefined, vcs: { enabled: false }, root: true }));
  for (const [file, source] of [...FORBIDDEN, ...ALLOWED]) {
    write(file, `import { thing } from '${source}';\n\nexport const made = thing;\n`);
  }
  write('src/lab/one.ts', "import { two } from './two.ts';\n\nexport const one = () => two;\n");
  write('src/lab/two.ts', "import { one } from './one.ts';\n\nexport const two = () => one;\n");
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(process.execPath, [biome, ...args], { cwd: house, encoding: 'utf8' });
  const { diagnostics }: { diagnostics: Diagnostic[] } = JSON.parse(stdout);
  found = new Set(
    diagnostics.map(({ category, location: { path } }) => {
      const file = typeof path === 'string' ? path : path.file;
      return `${file.replace(/^\.\//, '')} ${category.split('/').at(-1)}`;
    }),
  );
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

describe('lint', () => {
  it.each(FORBIDDEN)('refuses that %s imports %s', (file) => {
    expect(found).toContain(`${file} noRestrictedImports`);
  });

  it.each(ALLOWED)('lets %s import %s', (file) => {
    expect(found).not.toContain(`${file} noRestrictedImports`);
  });

  it('refuses a ring of imports', () => {
    expect(found).toContain('src/lab/one.ts noImportCycles');
  });
});
