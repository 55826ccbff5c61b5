// An answer's text with marks on it: where it differs from another answer, or how likely each of its tokens was.

import { memo } from 'react';
import { type Piece, tokenDifferences, wordDifferences } from '../../lab/compare/answer-differences.ts';
import type { ComparedAnswer } from '../../lab/compare/comparing.ts';
import type { Marking } from './compare-state.ts';

export interface Marks {
  readonly marking: Marking;
  readonly matches: boolean;
}

interface MarkedTextProps {
  readonly answer: ComparedAnswer;
  /** What differences are told from; undefined: nothing is marked. */
  readonly reference: ComparedAnswer | undefined;
  readonly marks: Marks;
}

/** From this log p down a token has the full tint, nats. */
export const FAINTEST = -4;
/** Below this a token is underlined as well: it had less than one chance in seven. */
export const SURPRISING = -2;

/** What the world says, it says in English; of other texts nobody knows, which is what an empty `lang` says. */
export const languageOf = (fault: string | null | undefined): string => (fault === undefined ? '' : 'en');

export const MarkedText = memo(function MarkedText({ answer, reference, marks }: MarkedTextProps) {
  return (
    <p className="words" lang={languageOf(answer.fault)} translate="no">
      {content(answer, reference, marks) || '…'}
    </p>
  );
});

function content(answer: ComparedAnswer, reference: ComparedAnswer | undefined, { marking, matches }: Marks) {
  if (marking === 'logp' && answer.tokens !== null && answer.tokenLogps !== null) {
    return <LikelyTokens tokens={answer.tokens} logps={answer.tokenLogps} />;
  }
  if (reference === undefined || reference === answer || marking === 'none' || marking === 'logp') return answer.text;
  const byToken = marking === 'tokens' ? tokenDifferences(reference, answer) : null;
  return <Pieces pieces={byToken ?? wordDifferences(reference.text, answer.text)} matches={matches} />;
}

function Pieces({ pieces, matches }: { readonly pieces: readonly Piece[]; readonly matches: boolean }) {
  return pieces.map(({ kind, text }, at) => {
    // Pieces have no name but their place, and never change it.
    const key = `${at}`;
    if (kind === 'missing') {
      // Where something else stands instead, its mark says enough.
      const replaced = pieces[at - 1]?.kind === 'new' || pieces[at + 1]?.kind === 'new';
      return (
        !matches &&
        !replaced && (
          <del key={key} className="missing" title={text}>
            <span aria-hidden="true">‸</span>
            <span className="visually-hidden">{text}</span>
          </del>
        )
      );
    }
    const marked = (kind === 'same') === matches && text.trim() !== '';
    return marked ? <MarkedWords key={key} text={text} /> : <span key={key}>{text}</span>;
  });
}

/** Space before a mark is none of it. */
function MarkedWords({ text }: { readonly text: string }) {
  const words = text.trimStart();
  return (
    <>
      {text.slice(0, text.length - words.length)}
      <mark>{words}</mark>
    </>
  );
}

interface LikelyTokensProps {
  readonly tokens: readonly string[];
  readonly logps: readonly number[];
}

function LikelyTokens({ tokens, logps }: LikelyTokensProps) {
  return tokens.map((token, at) => {
    const logp = logps[at] ?? 0;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a token's place is its name
      <span key={at} className={tokenClass(logp)} style={tint(logp)} title={logp.toFixed(2).replace('-', '−')}>
        {token}
      </span>
    );
  });
}

export const tokenClass = (logp: number): string => (logp < SURPRISING ? 'token surprising' : 'token');

/** The tint's strength, from 0 for a certain token to 1. */
export const tint = (logp: number): React.CSSProperties => ({
  ['--strength' as string]: Math.min(1, logp / FAINTEST).toFixed(3),
});
