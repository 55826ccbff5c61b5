// What the run costs with the settings as they are: time, memory, storage, and where the numbers come from.

import { useStore } from 'zustand';
import { type Costs, costs, storageBytes } from '../../lab/forecast/costs.ts';
import { forecast } from '../../lab/forecast/forecast.ts';
import { speedOf } from '../../lab/forecast/speed.ts';
import type { TextKey } from '../../text/en.ts';
import { useSession, useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { sizeWords } from '../common/run-words.ts';

export function CostsPanel() {
  const speech = useSpeech();
  const { session } = useSurroundings().lab;
  const settings = useSettings((state) => state);
  const plan = useSession((state) => state.plan);
  const shape = useSession((state) => state.opened?.shape ?? null);
  const seen = useStore(speedOf(session));
  const fits = seen !== null && seen.backend === plan?.backend && seen.ownData === (settings.own !== null);
  const measured = fits ? seen : null;
  const { steps, seconds, secondsAnIteration } = forecast(settings, plan, measured);
  const taken = costs(settings, shape, measured, plan ?? undefined);
  const stored = storageBytes(settings, shape);
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
          </>
        )}
        {stored !== null && (
          <>
            <dt>{speech.say('setup.costs.storage')}</dt>
            <dd>{sizeWords(speech, stored)}</dd>
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
  'optimizer',
  'gradient',
  'activations',
  'cache',
  'runtime',
  'total',
] as const satisfies readonly (keyof Costs['player'])[];

/** What each player's worker takes, and what is kept besides. */
function MemoryParts({ taken }: { readonly taken: Costs }) {
  const speech = useSpeech();
  const size = (bytes: number): string => (bytes === 0 ? '–' : sizeWords(speech, bytes));
  return (
    <>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{speech.say('who.player')}</th>
            <th scope="col">{speech.say('who.opponent')}</th>
          </tr>
        </thead>
        <tbody>
          {PARTS.map((part) => {
            const name: TextKey = `setup.costs.part.${part}`;
            return (
              <tr key={part}>
                <th scope="row">{speech.say(name)}</th>
                <td>{size(taken.player[part])}</td>
                <td>{size(taken.opponent[part])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <dl>
        <dt>{speech.say('setup.costs.part.copies')}</dt>
        <dd>{sizeWords(speech, taken.copies)}</dd>
      </dl>
      <p className="quiet">{speech.say('setup.costs.estimate')}</p>
    </>
  );
}
