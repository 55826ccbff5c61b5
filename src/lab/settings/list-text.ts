// A list of numbers as the texts of its boxes, one an iteration, and back.

/** The boxes that a text stands in; one at least. */
export function boxed(text: string): readonly string[] {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  return parts.length === 0 ? [''] : parts;
}

/** The whole text when one box is changed, added after the last, or taken out by null. A box may hold several numbers. */
export function withEntry(boxes: readonly string[], at: number, entry: string | null): string {
  const others =
    at < boxes.length ? boxes.toSpliced(at, 1, ...(entry === null ? [] : [entry])) : [...boxes, entry ?? ''];
  return others.filter((text) => text.trim() !== '').join(', ');
}
