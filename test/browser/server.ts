// A static server for the browser tests. It gives the built page under three addresses: `/` with isolation headers, `/plain/` without
// them, and `/some/sub folder/` (with them), each with a tiny model at `models/tiny/`; the model of the runs that an earlier version kept at
// `models/old/`; and the test pages under `/harness/`.

import { createReadStream, realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTinyModel } from './tiny-model.ts';

/** Two test runs side by side need a port, and a built page, each. */
const PORT = Number(process.env.TEST_PORT ?? 4187);
const DIST = process.env.TEST_DIST ?? 'dist';
export const ORIGIN = `http://127.0.0.1:${PORT}`;

const ROOT = resolve(import.meta.dirname, '../..');

interface Mount {
  readonly prefix: string;
  readonly folder: string;
  readonly isolated: boolean;
}

const PAGES: readonly Mount[] = [
  { prefix: '/plain/', folder: join(ROOT, DIST), isolated: false },
  { prefix: '/some/sub folder/', folder: join(ROOT, DIST), isolated: true },
  { prefix: '/', folder: join(ROOT, DIST), isolated: true },
];
const TINY = join(ROOT, '.tmp/models/tiny');
const MOUNTS: readonly Mount[] = [
  { prefix: '/models/old/', folder: join(ROOT, 'test/fixtures/version-0.1/model'), isolated: true },
  ...PAGES.map((page) => ({ ...page, prefix: `${page.prefix}models/tiny/`, folder: TINY })),
  { prefix: '/harness/', folder: join(ROOT, '.tmp/harness'), isolated: true },
  ...PAGES,
];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

function handle(request: IncomingMessage, response: ServerResponse): void {
  const path = decodeURIComponent(new URL(request.url ?? '/', ORIGIN).pathname);
  if (path === '/health') {
    response.end('ok');
    return;
  }
  const mount = MOUNTS.find(({ prefix }) => path.startsWith(prefix));
  const inside = mount === undefined ? '' : path.slice(mount.prefix.length) || 'index.html';
  const file = mount === undefined ? undefined : join(mount.folder, inside);
  const size =
    mount && file?.startsWith(mount.folder + sep) ? statSync(file, { throwIfNoEntry: false })?.size : undefined;
  if (mount === undefined || file === undefined || size === undefined) {
    response.writeHead(404).end('not found');
    return;
  }
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', size);
  if (mount.isolated) {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  }
  createReadStream(file)
    .on('error', (error) => response.destroy(error))
    .pipe(response);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await writeTinyModel(TINY, { width: 16, layers: 1 });
  createServer(handle).listen(PORT, '127.0.0.1');
}
