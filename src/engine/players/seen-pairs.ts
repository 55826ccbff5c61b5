// Token views with their texts, as both workers and the command line give them.

import type { PairSide, SideToken } from '../../folder/watched.ts';
import type { TextCodec } from '../text.ts';
import type { IdView, PairViews } from './token-views.ts';

/** Where there is no codec, a token's text is its id. */
export function seenPairs(
  views: readonly PairViews[],
  codec: Pick<TextCodec, 'pieces' | 'tokenTexts'> | null,
): PairSide[] {
  const words = codec ?? { pieces: (ids) => ids.map(String), tokenTexts: (ids) => ids.map(String) };
  return views.map(({ real, generated }) => ({ real: seen(real, words), generated: seen(generated, words) }));
}

/** A token's own text is what it adds to the answer; an alternative's is that of the token alone. */
function seen(views: readonly IdView[], { pieces, tokenTexts }: Pick<TextCodec, 'pieces' | 'tokenTexts'>): SideToken[] {
  const texts = pieces(views.map(({ id }) => id));
  return views.map(({ id, logp, rank, top }, i) => {
    const names = tokenTexts(top.map((one) => one.id));
    return { id, text: texts[i]!, logp, rank, top: top.map((one, j) => ({ text: names[j]!, logp: one.logp })) };
  });
}
