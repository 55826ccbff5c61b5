// What the run costs with the settings as they are: time, memory, storage, and where the numbers come from.

import { useStore } from 'zustand';
import { type Costs, costs } from '../../lab/costs.ts';
import { forecast } from '../../lab/forecast.ts';
import { speedOf } from '../../lab/speed.ts';
import type { TextKey } from '../../text/en.ts';
import { useSession, useSettings, useSpeech, useSurroundings } from '../lab-context.ts';
import { sizeWords } from '../runs/words.ts';

export function CostsPanel() {
  const speech = useSpeech();
  const { session } = useSurroundings().lab;
  const settings = useSettings((state) => state);
  const plan = useSession((state) => state.plan);
  const parameterCount = useSession((state) => state.opened?.parameterCount ?? null);
  const seen = useStore(speedOf(session));
  const fits = seen !== null && seen.backend === plan?.backend && seen.ownData === (settings.own !== null);
  const measured = fits ? seen : null;
  const { steps, seconds, secondsAnIteration } = forecast(settings, plan, measured);
  const taken = costs(settings, parameterCount, measured);
  const time = (value: number | null) => (value === null ? speech.say('setup.costs.unknown') : speech.duration(value));
  return (
    <section className="costs" aria-labelledby="costs-title">
      <h2 id="costs-title">{speech.say('setup.costs')}</h2>
      <dl>
        <dt>{speech.say('setup.costs.iteration')}</dt>
        <dd>{time(secondsAnIteration)}</dd>
        <dt>{speech.say('setup.costs.run')}</dt>
        <dd>{time(seconds)}</dd>
        <dt>{speech.say('setup.costs.steps')}</dt>
        <dd>{speech.number(steps)}</dd>
        {taken !== null && (
          <>
            <dt>{speech.say('setup.costs.memory')}</dt>
            <dd>{sizeWords(speech, taken.memory)}</dd>
            <dt>{speech.say('setup.costs.storage')}</dt>
            <dd>{sizeWords(speech, taken.storage)}</dd>
          </>
        )}
      </dl>
      <p className="quiet">
        {speech.join(
          speech.say(
            measured !== null ? 'setup.costs.measured' : seconds !== null ? 'setup.costs.guessed' : 'setup.costs.later',
          ),
          settings.withControl && settings.configuration.control === 'none' ? speech.say('setup.costs.control') : '',
        )}
      </p>
      {taken === null ? (
        <p className="quiet">{speech.say('setup.costs.memory.later')}</p>
      ) : (
        <details>
          <summary>{speech.say('setup.costs.where')}</summary>
          <MemoryParts taken={taken} />
        </details>
      )}
    </section>
  );
}

const PARTS = [
  'weights',
  'gradient',
  'optimizer',
  'checkpoints',
  'working',
] as const satisfies readonly (keyof Costs)[];

function MemoryParts({ taken }: { readonly taken: Costs }) {
  const speech = useSpeech();
  return (
    <>
      <dl>
        {PARTS.map((part) => {
          const bytes = taken[part];
          const name: TextKey = `setup.costs.part.${part}`;
          return (
            <div key={part}>
              <dt>{speech.say(name)}</dt>
              <dd>{bytes === null ? speech.say('setup.costs.unknown') : sizeWords(speech, bytes)}</dd>
            </div>
          );
        })}
      </dl>
      <p className="quiet">{speech.say('setup.costs.estimate')}</p>
    </>
  );
}
