// Two lanes, one a player: who was at work when, over the last seconds of work.

import type { PlayerName } from '../../lab/browser/page-workers.ts';
import { busyTimes, type WorkSpan } from '../../lab/players/activity.ts';
import { PlayerName as Name } from '../../ui/player-name.tsx';
import { Empty, Section } from '../../ui/section.tsx';
import { useSession, useSpeech, useSurroundings } from '../common/lab-context.ts';
import './activity-strip.css';

const SHOWN_MS = 10_000;
const LANES: readonly PlayerName[] = ['player', 'opponent'];
/** Drawing units across; spans thinner than one would not be seen. */
const WIDTH = 1000;

export function ActivityStrip() {
  const speech = useSpeech();
  const { activity } = useSurroundings().lab.session;
  useSession((state) => state.revision);
  const end = activity.spans.reduce((latest, { to }) => Math.max(latest, to), 0);
  const shown = activity.spans.filter(({ to }) => to > end - SHOWN_MS);
  const { either, both } = busyTimes(activity.spans);
  return (
    <Section id="activity" title={speech.say('activity.title')}>
      {shown.length === 0 ? (
        <Empty>{speech.say('activity.empty')}</Empty>
      ) : (
        <>
          {LANES.map((who) => (
            <div key={who} className="lane">
              <Name who={who} name={speech.say(`who.${who}`)} />
              <svg viewBox={`0 0 ${WIDTH} 12`} preserveAspectRatio="none" aria-hidden="true" className={who}>
                <path
                  d={laneOf(
                    shown.filter((span) => span.who === who),
                    end - SHOWN_MS,
                  )}
                />
              </svg>
            </div>
          ))}
          <p className="quiet">
            {speech.say('activity.help', { n: SHOWN_MS / 1000 })}{' '}
            <span className="overlap" data-both={Math.round(both)}>
              {speech.say('activity.both', { percent: speech.percent(either === 0 ? 0 : both / either) })}
            </span>
          </p>
        </>
      )}
    </Section>
  );
}

function laneOf(spans: readonly WorkSpan[], from: number): string {
  const x = (at: number): number => Math.max(0, ((at - from) / SHOWN_MS) * WIDTH);
  return spans
    .map((span) => [x(span.from), Math.max(1, x(span.to) - x(span.from))])
    .map(([left, width]) => `M${left!.toFixed(1)} 0h${width!.toFixed(1)}v12h-${width!.toFixed(1)}z`)
    .join('');
}
