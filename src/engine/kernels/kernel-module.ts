// What both kernels share: an instance of a compiled module, its memory as numbers, and what is said where that is full.

import { RuntimeFailedError } from '../runtime/errors.ts';

/** Addresses in a module's memory, in bytes, by what stands there. */
export type Places<Name extends string> = Readonly<Record<Name, WebAssembly.Global<'i32'>>>;

/** A module with these exports. */
export class KernelModule<Exports extends Places<Name>, Name extends string> {
  readonly exports: Exports & { readonly memory: WebAssembly.Memory };

  /** @param program its bytes, in base64 */
  constructor(program: string) {
    const bytes = Uint8Array.from(atob(program), (letter) => letter.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    this.exports = exports as unknown as typeof this.exports;
  }

  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  /** Good until the memory grows, as `integers` is. */
  floats(place: Name | number, count: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, this.#address(place), count);
  }

  integers(place: Name | number, count: number): Int32Array {
    return new Int32Array(this.exports.memory.buffer, this.#address(place), count);
  }

  /** @throws RuntimeFailedError where a function that makes room says 0: the browser gives no more memory */
  require(done: number, operation: string): void {
    if (done === 0) throw new RuntimeFailedError(operation, { cause: new RangeError('the memory is full') });
  }

  #address(place: Name | number): number {
    return typeof place === 'number' ? place : this.exports[place].value;
  }
}
