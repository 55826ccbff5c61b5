// What came of a finished run, in a sentence from its numbers, and three things to do next.

import { type Summary, summarise } from '../../lab/record/summary.ts';
import { changeParameter, type Settings, takePreset } from '../../lab/settings/settings-store.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { PRESET_LAYERS } from '../../spin/presets.ts';
import type { Speech } from '../../text/language.ts';
import { FileButton } from '../../ui/file-button.tsx';
import {
  usePage,
  useRecord,
  useSession,
  useSettings,
  useShown,
  useSpeech,
  useSurroundings,
} from '../common/lab-context.ts';

/** Presets that teach something beside the one before; the workshop's is the default in small. */
const OTHERS: readonly Settings['preset'][] = PRESET_LAYERS.base.filter((name) => name !== 'workshop');

/** What came of the run that was just played here, with what to try next. */
export function Finished() {
  const speech = useSpeech();
  const live = useShown((shown) => shown.source === 'live');
  const finished = useSession((session) => session.status === 'finished');
  const summary = summarise(useRecord());
  if (!live || !finished || summary === null) return null;
  return (
    <section className="notice finished" aria-labelledby="finished-title">
      <h2 id="finished-title">{speech.say('finished.title')}</h2>
      <p>{summaryWords(speech, summary)}</p>
      <NextRuns />
    </section>
  );
}

/** A run in a few sentences from its numbers. */
export function summaryWords(speech: Speech, summary: Summary): string {
  return speech.join(
    sentence(speech, summary),
    speech.say(summary.clear ? 'finished.clear' : 'finished.unclear'),
    summary.fled ? speech.say('finished.fled') : '',
  );
}

function sentence(speech: Speech, summary: Summary): string {
  const iterations = speech.say('plan.iterations', { n: summary.iterations });
  const percent = (value: number | null) => (value === null ? '–' : speech.percent(value, 1));
  const number = (value: number | null) => (value === null ? '–' : speech.number(value, 2));
  if (summary.kind === 'own') {
    const { before, after } = summary.nll;
    const values = { before: number(before), after: number(after), exact: percent(summary.exact.after) };
    return speech.say('finished.own', { iterations, ...values });
  }
  const { humanLikeness, kl } = summary;
  return speech.say('finished.world', {
    iterations,
    before: percent(humanLikeness.before),
    after: percent(humanLikeness.after),
    klBefore: number(kl.before),
    klAfter: number(kl.after),
  });
}

function NextRuns() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const { preset, configuration } = useSettings((settings) => settings);
  const locked = usePage((page) => page.locked);
  const seedHidden = usePage((page) => page.hidden.includes('seed'));
  const seed = configuration.seed + 1;
  const other = OTHERS[(OTHERS.indexOf(preset) + 1) % OTHERS.length]!;
  const playAfter = async (change: () => void) => {
    await lab.session.reset();
    change();
    lab.session.start();
  };
  return (
    <>
      <h3>{speech.say('finished.next')}</h3>
      <ul className="next-runs">
        {!seedHidden && (
          <li>
            <button
              type="button"
              onClick={() => void playAfter(() => changeParameter(lab.settings, PARAMETERS.seed, String(seed)))}
            >
              {speech.say('finished.seed', { seed: String(seed) })}
            </button>
            <span className="quiet">{speech.say('finished.seed.help')}</span>
          </li>
        )}
        {!locked && (
          <li>
            <button type="button" onClick={() => void playAfter(() => takePreset(lab.settings, other))}>
              {speech.say('finished.preset', { name: speech.say(`preset.${other}`) })}
            </button>
            <span className="quiet">{speech.say(`preset.${other}.help`)}</span>
          </li>
        )}
        <li>
          <FileButton
            label={speech.say('setup.data.open')}
            title={speech.say('setup.data.help')}
            onFile={(file) => void lab.session.reset().then(() => lab.takeFile(file))}
          />
          <span className="quiet">{speech.say('finished.own.help')}</span>
        </li>
      </ul>
    </>
  );
}
