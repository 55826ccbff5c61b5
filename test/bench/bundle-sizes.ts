// What the built page weighs: `npx tsx test/bench/bundle-sizes.ts [COMMIT]`. Bytes by gzip of each kind of file, and how many times as many
// as the commit's where one is given.

import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { commitOf, ROOT, runIn, withCheckout } from './checkout.ts';
import { type Cell, markdownOf } from './report.ts';

/** Bytes of each kind of file. */
type Sizes = ReadonlyMap<string, number>;

const WORKERS = ['player', 'opponent', 'keeper', 'compiler', 'thread-probe'];

/** What is fetched before anything is drawn: the page, its script, and what that imports. */
const OPENING = 'page, fetched when it opens';
const LATER = 'page, its views and languages';

function kindOf(name: string, opening: string): string {
  if (name.endsWith('.css')) return 'styles';
  if (name.startsWith('ort.')) return 'the runtime’s scripts';
  const worker = WORKERS.find((one) => name.startsWith(`${one}-`));
  if (worker !== undefined) return `worker: ${worker}`;
  return opening.includes(name) ? OPENING : LATER;
}

/** @param folder a working copy, in which the page is built */
async function sizesOf(folder: string): Promise<Sizes> {
  const out = join(folder, '.tmp/sizes');
  await mkdir(out, { recursive: true });
  runIn(folder, 'npx', ['--no-install', 'vite', 'build', '--logLevel', 'warn', '--outDir', out]);
  const page = await readFile(join(out, 'index.html'), 'utf8');
  const sizes = new Map([[OPENING, gzipSync(page).length]]);
  for (const name of await readdir(join(out, 'assets'))) {
    const kind = kindOf(name, page);
    const { length } = gzipSync(await readFile(join(out, 'assets', name)));
    sizes.set(kind, (sizes.get(kind) ?? 0) + length);
  }
  await rm(out, { recursive: true });
  return sizes;
}

const [revision] = process.argv.slice(2);
const commit = revision === undefined ? null : commitOf(revision);
if (commit === undefined) {
  console.error(`There is no commit ${revision} here.`);
  process.exit(2);
}
const now = await sizesOf(ROOT);
const before = commit === null ? null : await withCheckout(commit, sizesOf);

const sum = (sizes: Sizes): number => [...sizes.values()].reduce((total, size) => total + size, 0);
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(2)} kB`;

const row = (kind: string, size: number, earlier: number | null): Record<string, Cell> =>
  earlier === null
    ? { '': kind, now: kB(size) }
    : { '': kind, before: kB(earlier), now: kB(size), '× before': (size / earlier).toFixed(4) };

const kinds = [...new Set([...now.keys(), ...(before?.keys() ?? [])])].sort();
console.log(
  markdownOf({
    title: 'The built page by gzip',
    about: commit === null ? '' : `Beside ${commit.slice(0, 12)}.`,
    rows: [
      ...kinds.map((kind) => row(kind, now.get(kind) ?? 0, before && (before.get(kind) ?? 0))),
      row('all', sum(now), before && sum(before)),
    ],
    raw: null,
  }),
);
