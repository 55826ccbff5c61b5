// Finding things by words that occur in their text, in any order. Pure.

/** The rows in whose text every word of the query occurs; all rows for an empty query. Capital letters make no difference. */
export function found<Row>(rows: readonly Row[], query: string, textOf: (row: Row) => string): Row[] {
  const words = query
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter((row) => {
    const text = textOf(row).toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
