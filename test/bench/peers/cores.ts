// How many processor cores the libraries of this worker believe in. TensorFlow.js takes at most half as many threads as cores, whatever
// it is told; jax-js takes one for each.

/** To be called before a library looks. */
export function claimCores(count: number): void {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: count, configurable: true });
}
