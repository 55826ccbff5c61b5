// The run's iterations, one segment each and in it one part a phase, filled as they go; a press looks at one.

import { baseShare, begunIterations, SEGMENT_PARTS, type Segment, segmentOf } from '../../lab/record/segments.ts';
import type { Speech } from '../../text/language.ts';
import {
  usePage,
  useRecord,
  useSession,
  useSettings,
  useShown,
  useSpeech,
  useSurroundings,
} from '../common/lab-context.ts';

/** More segments than this would be too thin to see or to press. */
const MOST_SEGMENTS = 24;
/** More than this have room for their number only. */
const MOST_NAMED = 6;

export function Timeline() {
  const speech = useSpeech();
  const record = useRecord();
  const planned = useSettings((settings) => settings.configuration.iterations);
  const live = useShown(({ source }) => source === 'live');
  const now = useSession((state) => state.progress);
  const selected = usePage((page) => page.iteration);
  const progress = live ? now : null;
  const iterations = record.configuration?.iterations ?? planned;
  const shown = Math.min(iterations, MOST_SEGMENTS);
  const latest = Math.max(0, selected ?? begunIterations(record) - 1);
  const first = Math.min(Math.max(0, latest - shown + 1), iterations - shown);
  return (
    <ol className="timeline" aria-label={speech.say('transport.timeline')}>
      <BaseSegment share={baseShare(record, progress)} />
      {Array.from({ length: shown }, (_, at) => first + at).map((iteration) => (
        <IterationSegment
          key={iteration}
          segment={segmentOf(iteration, record, progress)}
          named={shown <= MOST_NAMED}
          selected={selected === iteration}
        />
      ))}
    </ol>
  );
}

function BaseSegment({ share }: { readonly share: number }) {
  const speech = useSpeech();
  return (
    <li className="base">
      <span className="visually-hidden">{speech.say(share >= 1 ? 'timeline.base.done' : 'timeline.base.waiting')}</span>
      <Bar share={share} />
      <span className="name" aria-hidden="true">
        {speech.say('timeline.base')}
      </span>
    </li>
  );
}

interface IterationSegmentProps {
  readonly segment: Segment;
  readonly named: boolean;
  readonly selected: boolean;
}

function IterationSegment({ segment, named, selected }: IterationSegmentProps) {
  const speech = useSpeech();
  const { page } = useSurroundings().lab;
  const { iteration, parts, begun } = segment;
  const n = iteration + 1;
  const state = stateWords(speech, segment);
  return (
    <li>
      <button
        type="button"
        disabled={!begun}
        aria-pressed={selected}
        aria-label={begun ? speech.say(selected ? 'timeline.follow' : 'timeline.look', { state }) : state}
        onClick={() => page.setState({ iteration: selected ? null : iteration })}
      >
        <span className="parts">
          {SEGMENT_PARTS.map((part) => (
            <Bar key={part} share={parts[part]} part={part} />
          ))}
        </span>
        <span className="name">{named ? speech.say('timeline.iteration', { n }) : speech.number(n)}</span>
      </button>
    </li>
  );
}

function Bar({ share, part }: { readonly share: number; readonly part?: string }) {
  return (
    <span className={`bar ${part ?? ''}`} aria-hidden="true">
      <span className="fill" style={{ transform: `scaleX(${share})` }} />
    </span>
  );
}

function stateWords(speech: Speech, { iteration, parts, begun, done }: Segment): string {
  const n = iteration + 1;
  if (done) return speech.say('timeline.done', { n });
  if (!begun) return speech.say('timeline.waiting', { n });
  const percents = Object.fromEntries(SEGMENT_PARTS.map((part) => [part, speech.percent(parts[part])]));
  return speech.say('timeline.now', { n, ...percents });
}
