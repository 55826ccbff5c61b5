// Those who want to be told of something that happens, in the order in which they came.

export class Listeners<T extends readonly unknown[]> {
  readonly #all = new Set<(...told: T) => void>();

  /** @returns what ends it */
  add(listener: (...told: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(...told: T): void {
    for (const listener of [...this.#all]) listener(...told);
  }
}
