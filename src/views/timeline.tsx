// One segment an iteration, filled as it goes, after a short one for the base model's evaluation.

import type { Progress } from '../lab/session-store.ts';
import type { Speech } from '../text/language.ts';
import { useRecord, useSession, useSettings, useSpeech } from './lab-context.ts';

/** What each phase's end is worth of an iteration's segment. */
const BEFORE: Readonly<Record<Progress['phase'], number>> = { answering: 0, learning: 0.1, evaluating: 0.85 };
const AFTER: Readonly<Record<Progress['phase'], number>> = { answering: 0.1, learning: 0.85, evaluating: 1 };
/** More segments than this would be too thin to see. */
const MOST_SEGMENTS = 24;
/** More than this have room for their number only. */
const MOST_NAMED = 4;

export function Timeline() {
  const speech = useSpeech();
  const iterations = useSettings((settings) => settings.configuration.iterations);
  const progress = useSession((state) => state.progress);
  const { rounds } = useRecord();
  const shown = Math.min(iterations, MOST_SEGMENTS);
  const first = Math.min(Math.max(0, (progress?.iteration ?? 0) - shown + 1), iterations - shown);
  return (
    <ol className="timeline" aria-label={speech.say('transport.timeline')}>
      <Segment
        name={speech.say('timeline.base')}
        label={speech.say('timeline.base')}
        filled={baseFilled(progress, rounds.length)}
        short
      />
      {Array.from({ length: shown }, (_, at) => first + at).map((iteration) => {
        const filled = filledPart(iteration, progress, rounds.length);
        return (
          <Segment
            key={iteration}
            name={shown <= MOST_NAMED ? speech.say('timeline.iteration', { n: iteration + 1 }) : String(iteration + 1)}
            label={words(speech, iteration, filled, progress)}
            filled={filled}
          />
        );
      })}
    </ol>
  );
}

function Segment(props: {
  readonly name: string;
  readonly label: string;
  readonly filled: number;
  readonly short?: boolean;
}) {
  const { name, label, filled, short = false } = props;
  return (
    <li className={short ? 'short' : ''}>
      <span className="visually-hidden">{label}</span>
      <span className="bar" aria-hidden="true">
        <span className="fill" style={{ width: `${100 * filled}%` }} />
      </span>
      <span className="name" aria-hidden="true">
        {name}
      </span>
    </li>
  );
}

function baseFilled(progress: Progress | null, rounds: number): number {
  return rounds > 0 ? 1 : (progress?.fraction ?? 0);
}

function filledPart(iteration: number, progress: Progress | null, rounds: number): number {
  if (rounds > iteration + 1) return 1;
  if (progress === null || rounds === 0 || iteration !== progress.iteration) return 0;
  const { phase, fraction } = progress;
  return BEFORE[phase] + fraction * (AFTER[phase] - BEFORE[phase]);
}

function words(speech: Speech, iteration: number, filled: number, progress: Progress | null): string {
  const n = iteration + 1;
  if (filled >= 1) return speech.say('timeline.done', { n });
  if (filled === 0 || progress === null) return speech.say('timeline.waiting', { n });
  return speech.say('timeline.now', {
    n,
    phase: speech.say(`phase.${progress.phase}`),
    percent: speech.percent(filled),
  });
}
