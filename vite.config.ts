// How the page is built and served: a static site that works from any folder, with the runtime's own files beside it.

import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** The page, its workers and the runtime's threads need both headers for shared memory; without them the lab uses one thread. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** An error's name is its class's: told to the page, matched in it and shown, so minifying must not change it. Functions' names nobody reads. */
const CLASS_NAMES = { class: true, function: false } as const;
const NAMES = { minify: { compress: { keepNames: CLASS_NAMES }, mangle: { keepNames: CLASS_NAMES } } };

/** One pair of files a build of the runtime: `/wasm`, `/webgpu` (Asyncify) and `/jspi`. The JSEP ones are never served. */
const RUNTIME_FILES = ['', '.asyncify', '.jspi'].flatMap((build) =>
  ['mjs', 'wasm'].map((type) => `ort-wasm-simd-threaded${build}.${type}`),
);

/** Serves the runtime's files under `runtime/`, from its package in development and as fixed assets of the built page. */
function runtimeFiles(): Plugin {
  const source = (name: string) => join(import.meta.dirname, 'node_modules/onnxruntime-web/dist', name);
  return {
    name: 'spin-lab:runtime-files',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = new URL(request.url ?? '/', 'http://localhost').pathname;
        const name = RUNTIME_FILES.find((file) => path.endsWith(`/runtime/${file}`));
        if (name === undefined || !existsSync(source(name))) return next();
        response.setHeader('Content-Type', name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript');
        for (const [header, value] of Object.entries(ISOLATION)) response.setHeader(header, value);
        createReadStream(source(name)).pipe(response);
      });
    },
    generateBundle() {
      // Workers are bundles of their own: only the page's bundle emits the files, once.
      if (this.environment.config.isWorker) return;
      for (const name of RUNTIME_FILES) {
        this.emitFile({ type: 'asset', fileName: `runtime/${name}`, source: readFileSync(source(name)) });
      }
    },
  };
}

/** Pages that are built in place of the lab with `--mode`: of the browser's unit tests, and of the bench. */
const OTHER_PAGES: Readonly<Record<string, string>> = { harness: 'test/browser/harness', bench: 'test/bench/browser' };

export default defineConfig(({ mode }) => {
  const other = OTHER_PAGES[mode];
  // TensorFlow.js's threads are sent its source as text, which does not survive minifying.
  const output = mode === 'bench' ? { minify: false } : NAMES;
  return {
    root: other ?? '.',
    base: './',
    publicDir: other === undefined ? 'public' : false,
    plugins: [react(), runtimeFiles()],
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
    worker: { format: 'es', rolldownOptions: { output } },
    optimizeDeps: { exclude: ['onnxruntime-web'] },
    build: {
      outDir: other === undefined ? 'dist' : join(import.meta.dirname, '.tmp', mode),
      emptyOutDir: true,
      target: 'es2023',
      ...(mode === 'bench' ? { minify: false } : {}),
      rolldownOptions: { output },
      chunkSizeWarningLimit: 1000,
    },
    server: { headers: ISOLATION },
    preview: { headers: ISOLATION },
  };
});
