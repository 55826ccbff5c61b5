// How many processor cores the libraries of a worker believe in. Both start as many threads as cores, or half as many, with no setting
// that says otherwise.

/** To be called before a library looks. */
export function claimCores(count: number): void {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: count, configurable: true });
}
