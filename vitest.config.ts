// The unit tests: Node only, no page. Long ones (`*.full.test.ts`) run with `FULL=1`.

import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    exclude: process.env.FULL === '1' ? configDefaults.exclude : [...configDefaults.exclude, '**/*.full.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each file may hold a runtime of its own: more of them at once than cores only makes each slower.
    maxWorkers: 2,
  },
});
