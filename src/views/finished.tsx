// What came of a finished run, in a sentence from its numbers, and three things to do next.

import { useMemo } from 'react';
import { changeParameter, takePreset } from '../lab/settings-store.ts';
import { type Summary, summarise } from '../lab/summary.ts';
import { PARAMETERS } from '../spin/parameters.ts';
import { PRESET_NAMES } from '../spin/presets.ts';
import type { Speech } from '../text/language.ts';
import { FileButton } from '../ui/file-button.tsx';
import { Section } from '../ui/section.tsx';
import { useRecord, useSession, useSettings, useSpeech, useSurroundings } from './lab-context.ts';

export function Finished() {
  const speech = useSpeech();
  const record = useRecord();
  const finished = useSession(({ status }) => status === 'finished');
  const summary = useMemo(() => (finished ? summarise(record) : null), [finished, record]);
  if (summary === null) return null;
  return (
    <Section id="finished" title={speech.say('finished.title')}>
      <p>
        {speech.join(
          sentence(speech, summary),
          speech.say(summary.clear ? 'finished.clear' : 'finished.unclear'),
          summary.fled ? speech.say('finished.fled') : '',
        )}
      </p>
      <h3>{speech.say('finished.next')}</h3>
      <NextRuns />
    </Section>
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
  const seed = configuration.seed + 1;
  const other = PRESET_NAMES[(PRESET_NAMES.indexOf(preset) + 1) % PRESET_NAMES.length]!;
  const playAfter = async (change: () => void) => {
    await lab.session.reset();
    change();
    lab.session.start();
  };
  return (
    <>
      <ul className="next-runs">
        <li>
          <button
            type="button"
            onClick={() => void playAfter(() => changeParameter(lab.settings, PARAMETERS.seed, String(seed)))}
          >
            {speech.say('finished.seed', { seed: String(seed) })}
          </button>
          <span className="quiet">{speech.say('finished.seed.help')}</span>
        </li>
        <li>
          <button type="button" onClick={() => void playAfter(() => takePreset(lab.settings, other))}>
            {speech.say('finished.preset', { name: speech.say(`preset.${other}`) })}
          </button>
          <span className="quiet">{speech.say(`preset.${other}.help`)}</span>
        </li>
        <li>
          <FileButton
            label={speech.say('setup.data.open')}
            title={speech.say('setup.data.help')}
            onFile={(file) => void lab.session.reset().then(() => lab.takeFile(file))}
          />
          <span className="quiet">{speech.say('finished.own.help')}</span>
        </li>
      </ul>
      <p className="quiet">{speech.say('finished.note', { save: speech.say('action.save') })}</p>
    </>
  );
}
