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
  ['src/spin/b.ts', '../../workers/messages/protocol.ts'],
  ['src/spin/c.ts', 'react'],
  ['src/spin/d.ts', 'onnxruntime-web/wasm'],
  ['src/spin/e.ts', 'zustand'],
  ['src/spin/f.ts', 'node:fs'],
  ['src/spin/parameters/a.ts', '../../folder/lines.ts'],
  ['src/world/a.ts', '../spin/losses.ts'],
  ['src/world/b.ts', '../../workers/messages/protocol.ts'],
  ['src/world/families/c.ts', '../../spin/losses.ts'],
  ['src/world/d.ts', 'react/jsx-runtime'],
  ['src/judge/a.ts', '../lab/session/session.ts'],
  ['src/judge/b.ts', '../../workers/messages/protocol.ts'],
  ['src/judge/c.ts', '../engine/text.ts'],
  ['src/folder/a.ts', '../../workers/messages/protocol.ts'],
  ['src/folder/b.ts', '../judge/ask.ts'],
  ['src/folder/c.ts', 'react'],
  ['src/text/a.ts', '../lab/lab.ts'],
  ['src/text/zh/b.ts', '../../world/world.ts'],
  ['src/ui/a.ts', '../views/page.tsx'],
  ['src/ui/b.ts', '../lab/lab.ts'],
  ['src/ui/c.ts', '@huggingface/tokenizers'],
  ['src/engine/a.ts', '../world/world.ts'],
  ['src/engine/b.ts', '../../workers/opponent.ts'],
  ['src/engine/c.ts', '../lab/lab.ts'],
  ['src/engine/d.ts', 'recharts'],
  ['src/engine/onnx/a.ts', '../models/config.ts'],
  ['src/engine/onnx/b.ts', '../runtime/runtime.ts'],
  ['src/engine/runtime/a.ts', '../models/config.ts'],
  ['src/engine/runtime/heap/b.ts', '../../graphs/graph-rows.ts'],
  ['src/engine/runtime/c.ts', 'onnxruntime-web/all'],
  ['src/engine/models/a.ts', '../runtime/runtime.ts'],
  ['src/engine/models/files/b.ts', '../../players/trainer.ts'],
  ['src/engine/models/c.ts', 'onnxruntime-common'],
  ['src/engine/batches/a.ts', '../graphs/graph-rows.ts'],
  ['src/engine/passes/a.ts', '../kernels/kernel-rows.ts'],
  ['src/engine/graphs/a.ts', '../kernels/kernel-rows.ts'],
  ['src/engine/graphs/b.ts', '../players/decoder.ts'],
  ['src/engine/kernels/a.ts', '../graphs/graph-rows.ts'],
  ['src/engine/kernels/assembly/b.ts', '../kernel-rows.ts'],
  ['src/engine/players/a.ts', '../rows/read-rows.ts'],
  ['src/engine/players/b.ts', '../graphs/graph-rows.ts'],
  ['src/engine/players/c.ts', '../kernels/kernel-fit.ts'],
  ['src/engine/rows/a.ts', 'node:fs/promises'],
  ['src/engine/rows/b.ts', '../runtime/runtime.ts'],
  ['src/engine/rows/c.ts', '../../cli/model-files.ts'],
  ['src/cli/a.ts', '../lab/lab.ts'],
  ['src/cli/b.ts', 'react'],
  ['src/cli/commands/c.ts', '../../../workers/messages/protocol.ts'],
  ['src/cli/d.ts', 'onnxruntime-node'],
  ['src/lab/a.ts', '../views/page.tsx'],
  ['src/lab/b.ts', '../engine/runtime/runtime.ts'],
  ['src/lab/c.ts', 'onnxruntime-web/wasm'],
  ['src/lab/runs/d.ts', '../../../workers/keeper/run-keeper.ts'],
  ['src/lab/browser/a.ts', '../players/worker-pool.ts'],
  ['src/lab/players/a.ts', '../session/session.ts'],
  ['src/lab/storage/a.ts', '../players/worker-pool.ts'],
  ['src/lab/record/a.ts', '../storage/run-log.ts'],
  ['src/lab/arena/a.ts', '../session/session.ts'],
  ['src/lab/settings/a.ts', '../runs/kept-runs.ts'],
  ['src/lab/settings/b.ts', '../lab.ts'],
  ['src/lab/forecast/a.ts', '../session/session-store.ts'],
  ['src/lab/session/a.ts', '../runs/kept-runs.ts'],
  ['src/lab/runs/a.ts', '../compare/comparing.ts'],
  ['src/lab/compare/a.ts', '../actions/action-table.ts'],
  ['src/views/a.ts', '../../workers/messages/protocol.ts'],
  ['src/views/arena/b.ts', '../../judge/ask.ts'],
  ['src/views/common/a.ts', '../arena/arena-view.tsx'],
  ['src/views/run-bar/a.ts', '../runs/run-table.tsx'],
  ['src/views/arena/a.ts', '../curves/curve-options.ts'],
  ['src/views/setup/a.ts', '../frame/theme.ts'],
  ['src/views/curves/steps/a.ts', '../../page.tsx'],
  ['src/anywhere.ts', 'onnxruntime-web'],
  ['workers/a.ts', '../src/lab/lab.ts'],
  ['workers/b.ts', 'onnxruntime-web/webgl'],
  ['workers/messages/a.ts', '../../src/engine/runtime/runtime.ts'],
  ['workers/keeper/a.ts', '../../src/engine/runtime/runtime.ts'],
  ['workers/keeper/b.ts', '../../src/lab/lab.ts'],
  ['workers/keeper/c.ts', 'node:fs'],
];

/** File → what it may import. */
const ALLOWED: readonly [string, string][] = [
  ['src/spin/ok.ts', './losses.ts'],
  ['src/spin/parameters/ok.ts', '../losses.ts'],
  ['src/folder/ok.ts', '../spin/events.ts'],
  ['src/judge/ok.ts', '../world/world.ts'],
  ['src/judge/ok2.ts', '../folder/lines.ts'],
  ['src/text/ok.ts', '../spin/presets.ts'],
  ['src/text/zh/ok.ts', '../en/frame.ts'],
  ['src/text/ok2.ts', '../world/faults.ts'],
  ['src/engine/runtime/ok.ts', 'onnxruntime-common'],
  ['src/engine/models/ok.ts', '../onnx/graph.ts'],
  ['src/engine/graphs/ok.ts', '../passes/gradients.ts'],
  ['src/engine/kernels/ok.ts', '../../spin/losses.ts'],
  ['src/engine/players/ok.ts', '../passes/gradients.ts'],
  ['src/engine/players/passes-for.ts', '../kernels/kernel-fit.ts'],
  ['src/lab/forecast/ok.ts', '../../engine/players/memory-for.ts'],
  ['src/engine/rows/ok.ts', '../text.ts'],
  ['src/engine/rows/ok2.ts', '../../judge/held-out.ts'],
  ['src/cli/commands/ok.ts', '../../engine/rows/play-rows.ts'],
  ['src/cli/ok.ts', 'node:fs'],
  ['src/lab/players/ok.ts', '../../../workers/messages/protocol.ts'],
  ['src/lab/session/ok.ts', '../record/run-record.ts'],
  ['src/lab/runs/ok.ts', '../../folder/lines.ts'],
  ['src/lab/compare/ok.ts', '../runs/shown-run.ts'],
  ['src/lab/actions/ok.ts', '../lab.ts'],
  ['src/views/ok.ts', '../lab/lab.ts'],
  ['src/views/ok2.ts', '../ui/dialog.tsx'],
  ['src/views/arena/ok.ts', '../../spin/losses.ts'],
  ['src/views/setup/ok.ts', '../common/run-words.ts'],
  ['src/views/arena/ok2.ts', '../../lab/arena/arena-choice.ts'],
  ['src/views/curves/steps/ok.ts', '../curve-options.ts'],
  ['src/views/frame/ok.ts', '../arena/arena-view.tsx'],
  ['workers/ok.ts', '../src/engine/rows/play-rows.ts'],
  ['workers/messages/ok.ts', '../../src/folder/lines.ts'],
  ['workers/keeper/ok.ts', '../../src/engine/models/files/model-folder.ts'],
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
  write('lint/rooms.grit', readFileSync(join(ROOT, 'lint/rooms.grit'), 'utf8'));
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
    expect(found).toContain(`${file} plugin`);
  });

  it.each(ALLOWED)('lets %s import %s', (file) => {
    expect(found).not.toContain(`${file} plugin`);
  });

  it('refuses a ring of imports', () => {
    expect(found).toContain('src/lab/one.ts noImportCycles');
  });
});
