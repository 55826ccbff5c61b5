// The kernels, compiled: AssemblyScript to the bytes of WebAssembly modules. `npm run kernel` writes them into src/engine/kernels, from where
// workers have them without a request; a test compares.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OPTIONS = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub'];
/** That vectors are arguments is of no concern: the functions that are called from outside take none. */
const QUIET = ['--disableWarning', '112'];

export const KERNELS = ['decoder', 'trainer'] as const;

/** @throws Error with the compiler's own words */
export async function compileKernel(name: (typeof KERNELS)[number]): Promise<Uint8Array> {
  let program: Uint8Array | null = null;
  const { error, stderr } = await asc.main(
    [`src/engine/kernels/assembly/${name}.ts`, '--baseDir', ROOT, '--outFile', 'program.wasm', ...OPTIONS, ...QUIET],
    {
      writeFile: (file, contents) => {
        if (file === 'program.wasm' && typeof contents !== 'string') program = contents;
      },
    },
  );
  if (error !== null || program === null) throw new Error(`The ${name} does not compile.\n${stderr.toString()}`);
  return program;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of KERNELS) {
    const base64 = Buffer.from(await compileKernel(name)).toString('base64');
    writeFileSync(
      new URL(`../src/engine/kernels/${name}-program.ts`, import.meta.url),
      `// The module of \`assembly/${name}.ts\`, written by \`npm run kernel\`.\n\nexport const PROGRAM =\n  '${base64}';\n`,
    );
  }
}
