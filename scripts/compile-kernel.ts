// The decoder kernel, compiled: AssemblyScript to the bytes of a WebAssembly module. `npm run kernel` writes them into workers/kernel/program.ts,
// from where workers have them without a request; a test compares.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OPTIONS = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub'];
/** That vectors are arguments is of no concern: the functions that are called from outside take none. */
const QUIET = ['--disableWarning', '112'];

/** @throws Error with the compiler's own words */
export async function compileKernel(): Promise<Uint8Array> {
  let program: Uint8Array | null = null;
  const { error, stderr } = await asc.main(
    ['workers/kernel/assembly/decoder.ts', '--baseDir', ROOT, '--outFile', 'program.wasm', ...OPTIONS, ...QUIET],
    {
      writeFile: (name, contents) => {
        if (name === 'program.wasm' && typeof contents !== 'string') program = contents;
      },
    },
  );
  if (error !== null || program === null) throw new Error(`The kernel does not compile.\n${stderr.toString()}`);
  return program;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const base64 = Buffer.from(await compileKernel()).toString('base64');
  const about = '// The module of `assembly/decoder.ts`, written by `npm run kernel`.\n\n';
  writeFileSync(
    new URL('../workers/kernel/program.ts', import.meta.url),
    `${about}export const PROGRAM =\n  '${base64}';\n`,
  );
}
