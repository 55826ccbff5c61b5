// What is to be said of an opponent's answer, in words: the same as the human one, cut, and what the world says of it where it is known.

import type { PairLine } from '../../folder/lines.ts';
import { verdictWords } from '../../text/verdict-words.ts';
import { useSpeech } from '../common/lab-context.ts';

export const isIdentical = ({ real_ids, generated_ids }: PairLine): boolean =>
  real_ids.length === generated_ids.length && real_ids.every((id, at) => id === generated_ids[at]);

export function PairVerdict({ pair }: { readonly pair: PairLine }) {
  const speech = useSpeech();
  const { fault, end } = pair;
  return (
    <span className="pair-verdict">
      {isIdentical(pair) && <span>{speech.say('pairs.identical')} </span>}
      {end === 'length' && <span className="quiet">{speech.say('pairs.cut')} </span>}
      {fault === null && (
        <span>
          <span aria-hidden="true">✓ </span>
          {speech.say('verdict.good')}
        </span>
      )}
      {typeof fault === 'string' && (
        <span>
          <span aria-hidden="true">✗ </span>
          {speech.join(speech.say('verdict.bad'), verdictWords(speech, fault))}
        </span>
      )}
    </span>
  );
}
