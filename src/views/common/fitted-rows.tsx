// What became of the rows of one's own file, and lengths that the model has no room for: the page's words for what a run has lost.

import type { FitCounts } from '../../spin/fitting.ts';
import type { Speech } from '../../text/language.ts';
import { useRecord, useSpeech } from './lab-context.ts';

const LOSSES = ['tooLong', 'empty', 'unknownIds', 'shortenedPrompts', 'shortenedResponses'] as const;

export function FittedRows() {
  const speech = useSpeech();
  const { file, lowered } = useRecord();
  if (file === null && lowered === null) return null;
  return (
    <p className="quiet fitted-rows">
      {lowered !== null && speech.say('rows.lowered', { length: lowered.maxLength, answer: lowered.maxNewTokens })}{' '}
      {file !== null &&
        speech.say('rows.kept', { n: file.counts.kept, name: file.name, losses: losses(file.counts, speech) })}
    </p>
  );
}

function losses(counts: FitCounts, speech: Speech): string {
  const said = LOSSES.filter((loss) => counts[loss] > 0).map((loss) => speech.say(`rows.${loss}`, { n: counts[loss] }));
  return said.length === 0 ? speech.say('rows.whole') : said.join(speech.say('rows.and'));
}
