// What is wrong in the form of an answer that nobody would say: it is compared with the nearest possible one.
// What is wrong in an answer's content, the families say themselves.

import { fault } from './faults.ts';

/** A word with the marks that follow it. */
type Piece = { readonly word: string; readonly marks: string };

type Edit =
  | { readonly kind: 'missing'; readonly word: string }
  | { readonly kind: 'extra'; readonly word: string; readonly repeats: boolean }
  | { readonly kind: 'wrong'; readonly word: string; readonly right: string }
  | { readonly kind: 'marks'; readonly word: string; readonly right: string }
  | { readonly kind: 'swapped'; readonly first: string; readonly second: string };

/** A wrong mark counts less than a wrong word. */
const MARK_COST = 0.5;

const pieces = (text: string): Piece[] =>
  text
    .trim()
    .split(/\s+/)
    .map((piece) => {
      const found = /^(.*?)([.,:;?!]*)$/s.exec(piece);
      return { word: found?.[1] ?? piece, marks: found?.[2] ?? '' };
    });

const cost = (said: Piece, right: Piece): number =>
  said.word !== right.word ? 1 : said.marks !== right.marks ? MARK_COST : 0;

/** Whether the two words before (i, j) are each other's neighbours, exchanged. */
function isSwap(said: readonly Piece[], right: readonly Piece[], i: number, j: number): boolean {
  if (i < 2 || j < 2) return false;
  const [first, second] = [said[i - 2]!.word, said[i - 1]!.word];
  return first !== second && first === right[j - 1]!.word && second === right[j - 2]!.word;
}

/** Distances of all prefixes, a swap of neighbours counted as one edit (optimal string alignment). */
function distances(said: readonly Piece[], right: readonly Piece[]): number[][] {
  const table = Array.from({ length: said.length + 1 }, (_, i) =>
    Array.from({ length: right.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= said.length; i++) {
    for (let j = 1; j <= right.length; j++) {
      const change = table[i - 1]![j - 1]! + cost(said[i - 1]!, right[j - 1]!);
      let best = Math.min(table[i - 1]![j]! + 1, table[i]![j - 1]! + 1, change);
      if (isSwap(said, right, i, j)) best = Math.min(best, table[i - 2]![j - 2]! + 1);
      table[i]![j] = best;
    }
  }
  return table;
}

/** The edits that lead from `right` to `said`, in the order of the text. */
function edits(said: readonly Piece[], right: readonly Piece[]): Edit[] {
  const table = distances(said, right);
  const found: Edit[] = [];
  let i = said.length;
  let j = right.length;
  while (i > 0 || j > 0) {
    const here = table[i]![j]!;
    const word = said[i - 1]?.word ?? '';
    const target = right[j - 1]?.word ?? '';
    if (isSwap(said, right, i, j) && here === table[i - 2]![j - 2]! + 1) {
      found.push({ kind: 'swapped', first: said[i - 2]!.word, second: word });
      i -= 2;
      j -= 2;
    } else if (i > 0 && j > 0 && here === table[i - 1]![j - 1]! + cost(said[i - 1]!, right[j - 1]!)) {
      if (word !== target) found.push({ kind: 'wrong', word, right: target });
      else if (said[i - 1]!.marks !== right[j - 1]!.marks)
        found.push({ kind: 'marks', word, right: right[j - 1]!.marks });
      i -= 1;
      j -= 1;
    } else if (i > 0 && here === table[i - 1]![j]! + 1) {
      found.push({ kind: 'extra', word, repeats: word === said[i - 2]?.word || word === said[i]?.word });
      i -= 1;
    } else {
      found.push({ kind: 'missing', word: target });
      j -= 1;
    }
  }
  return found.reverse();
}

function sentence(edit: Edit): string {
  switch (edit.kind) {
    case 'missing':
      return fault('missing', { word: edit.word });
    case 'extra':
      return fault(edit.repeats ? 'repeated' : 'extra', { word: edit.word });
    case 'wrong':
      return fault('wrong', { word: edit.word, right: edit.right });
    case 'marks':
      return edit.right === ''
        ? fault('noMark', { word: edit.word })
        : fault('mark', { word: edit.word, mark: edit.right });
    case 'swapped':
      return fault('swapped', { first: edit.first, second: edit.second });
  }
}

/** What could follow, where the answer is the beginning of a possible one, cut between words; else null. */
export function explainUnfinished(answer: string, possible: readonly string[]): string | null {
  if (answer.trim() === '') return fault('empty', {});
  const goesOn = possible.filter(
    (text) => text.startsWith(answer) && !/^[\p{L}\p{N}]/u.test(text.slice(answer.length)),
  );
  const whole = goesOn.sort((a, b) => a.length - b.length)[0];
  if (whole === undefined) return null;
  const rest = whole.slice(answer.length).trim();
  if (/^[^\p{L}\p{N}]+$/u.test(rest)) return fault('endMark', { mark: rest });
  return fault('unfinished', { rest: rest.replace(/^[^\p{L}\p{N}]+/u, '') });
}

/**
 * A sentence on how `answer` differs from the nearest of the `possible` ones (likeliest first, so that ties go to the
 * likelier). `answer` must not be among them, and there must be at least one.
 */
export function explainForm(answer: string, possible: readonly string[]): string {
  const likeliest = possible[0];
  if (likeliest === undefined) throw new RangeError('There is no possible answer to compare with.');
  const unmarked = answer.replace(/[.?!]+$/, '');
  const open = possible.includes(unmarked) ? null : explainUnfinished(unmarked, possible);
  if (open !== null) return open;
  const said = pieces(answer);
  let nearest = likeliest;
  let fewest = Number.POSITIVE_INFINITY;
  for (const text of possible) {
    const right = pieces(text);
    // The difference in length bounds the distance from below.
    if (Math.abs(right.length - said.length) >= fewest) continue;
    const distance = distances(said, right)[said.length]![right.length]!;
    if (distance < fewest) [nearest, fewest] = [text, distance];
  }
  const right = pieces(nearest);
  const [first] = edits(said, right);
  if (first === undefined) return fault('spacing', { nearest });
  if (fewest <= 1) return sentence(first);
  if (fewest >= 0.6 * Math.max(right.length, said.length)) {
    return fault('noAnswer', { likeliest });
  }
  return fault('several', { fault: sentence(first) });
}
