// Sums and differences of small numbers.

import { defineFamily, everyFrame, type Frame } from '../family.ts';
import { fault } from '../faults.ts';
import { choice, type Grammar } from '../grammar.ts';

type Sum = { left: number; right: number; sign: '+' | '-' };

const LARGEST_OPERAND = 12;
const LARGEST_MINUEND = 20;

const total = ({ left, right, sign }: Sum): number => (sign === '+' ? left + right : left - right);
const word = ({ sign }: Sum): 'plus' | 'minus' => (sign === '+' ? 'plus' : 'minus');

const FRAMES: readonly Frame<Sum>[] = [
  (s) => `What is ${s.left} ${word(s)} ${s.right}?`,
  (s) => `How much is ${s.left} ${word(s)} ${s.right}?`,
  (s) => `${s.left} ${s.sign} ${s.right} = ?`,
  (s) => (s.sign === '+' ? `Add ${s.left} and ${s.right}.` : `Take ${s.right} from ${s.left}.`),
  (s) =>
    s.sign === '+'
      ? `There are ${s.left} plums and ${s.right} pears. How many in all?`
      : `There were ${s.left} plums, and ${s.right} are gone. How many are left?`,
];

function* sums(): Generator<Sum> {
  for (let left = 1; left <= LARGEST_MINUEND; left++) {
    for (let right = 1; right <= LARGEST_OPERAND; right++) {
      if (left <= LARGEST_OPERAND) yield { left, right, sign: '+' };
      if (right <= left) yield { left, right, sign: '-' };
    }
  }
}

function human(sum: Sum): Grammar {
  const { left, right, sign } = sum;
  const result = total(sum);
  return choice(
    [32, `${result}`],
    [22, `It is ${result}.`],
    [16, `${left} ${word(sum)} ${right} is ${result}.`],
    [12, `The answer is ${result}.`],
    [10, `${left} ${sign} ${right} = ${result}`],
    [8, `That makes ${result}.`],
  );
}

function wrong(sum: Sum, answer: string): string | null {
  const said = /^(?:.*(?:is|=|makes) )?(\d+)\.?$/.exec(answer)?.[1];
  const { left, right } = sum;
  if (said !== undefined && Number(said) !== total(sum)) {
    return fault(word(sum), { left, right, total: total(sum), said });
  }
  const equation = /^(\d+) (?:plus|minus|[+-]) (\d+) (?:is|=)/.exec(answer);
  if (equation && (Number(equation[1]) !== left || Number(equation[2]) !== right)) {
    return fault('otherNumbers', { left, right, otherLeft: equation[1]!, otherRight: equation[2]! });
  }
  return null;
}

export const arithmetic = defineFamily<Sum>({
  name: 'arithmetic',
  title: 'Small sums',
  prompts: () => everyFrame(FRAMES, sums()),
  human,
  fault: wrong,
});
