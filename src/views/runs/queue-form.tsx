// What to queue: seeds, or a grid over λ and rate, typed; how many runs that makes and how long they take.

import { useId, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { forecast } from '../../lab/forecast/forecast.ts';
import { speedOf } from '../../lab/forecast/speed.ts';
import { type GridProblem, type GridTexts, gridOf } from '../../lab/runs/grid.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import type { Speech } from '../../text/language.ts';
import { problemWords } from '../../text/parameter-words.ts';
import { useSession, useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { valueWords } from '../common/run-words.ts';

const NOTHING: GridTexts = { seeds: '', lambdas: '', rates: '' };

export function QueueForm() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const settings = useSettings((state) => state);
  const plan = useSession((state) => state.plan);
  const [texts, setTexts] = useState(NOTHING);
  const [asGroup, setAsGroup] = useState(true);
  const grid = useMemo(() => gridOf(settings.configuration, texts), [settings.configuration, texts]);
  const runs = grid.ok ? grid.configurations : [];
  const speed = useStore(speedOf(lab.session));
  const fits = speed !== null && speed.backend === plan?.backend && speed.ownData === (settings.own !== null);
  const seconds = runs.map((configuration) => {
    return forecast({ ...settings, configuration }, plan, fits ? speed : null).seconds;
  });
  const known = seconds.length > 0 && seconds.every((one) => one !== null);
  const set = (field: keyof GridTexts) => (text: string) => setTexts((all) => ({ ...all, [field]: text }));
  const own = (key: 'seed' | 'lambdas' | 'learningRates') => valueWords(speech, settings.configuration, key);
  const faulty = grid.ok ? null : fieldOf(grid.problem);
  return (
    <form
      className="queue-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!grid.ok) return;
        lab.queue.add(grid.configurations, asGroup && grid.configurations.length > 1);
        setTexts(NOTHING);
      }}
    >
      <Field
        label={speech.say('queue.seeds')}
        help={speech.say('queue.seeds.help', { seed: own('seed') })}
        text={texts.seeds}
        faulty={faulty === 'seeds'}
        onText={set('seeds')}
      />
      <Field
        label={speech.say('queue.lambdas')}
        help={speech.say('queue.lambdas.help', { value: own('lambdas') })}
        text={texts.lambdas}
        faulty={faulty === 'lambdas'}
        onText={set('lambdas')}
      />
      <Field
        label={speech.say('queue.rates')}
        help={speech.say('queue.rates.help', { value: own('learningRates') })}
        text={texts.rates}
        faulty={faulty === 'rates'}
        onText={set('rates')}
      />
      <p className="quiet">{speech.join(speech.say('queue.ratio'), speech.say('queue.data'))}</p>
      <label className="check" title={speech.say('queue.group.help')}>
        <input type="checkbox" checked={asGroup} onChange={({ target }) => setAsGroup(target.checked)} />
        {speech.say('queue.group')}
      </label>
      <div className="queue-add">
        <button type="submit" disabled={!grid.ok}>
          {grid.ok ? speech.say('queue.add', { n: runs.length }) : speech.say('queue.add.none')}
        </button>
        <p className={grid.ok ? 'quiet' : 'problem'} role="status">
          {!grid.ok && gridWords(speech, grid.problem)}
          {known &&
            speech.say('queue.time', { time: speech.duration(seconds.reduce((sum, one) => sum + (one ?? 0), 0)) })}
        </p>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly help: string;
  readonly text: string;
  readonly faulty: boolean;
  readonly onText: (text: string) => void;
}

function Field({ label, help, text, faulty, onText }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        autoComplete="off"
        aria-describedby={`${id}-help`}
        aria-invalid={faulty}
        value={text}
        onChange={({ target }) => onText(target.value)}
      />
      <span id={`${id}-help`} className="quiet">
        {help}
      </span>
    </div>
  );
}

/** The field that a problem is in, where it is in one. */
function fieldOf(problem: GridProblem): keyof GridTexts | null {
  if (problem.code === 'too-many') return null;
  if (problem.code !== 'invalid') return problem.field;
  return problem.problem.key === 'lambdas' ? 'lambdas' : 'rates';
}

function gridWords(speech: Speech, problem: GridProblem): string {
  switch (problem.code) {
    case 'invalid':
      return problemWords(speech, problem.problem);
    case 'too-many':
      return speech.say('queue.problem.too-many', { count: problem.count, most: problem.most });
    case 'not-seeds':
      return speech.say('queue.problem.not-seeds', { text: problem.text, most: PARAMETERS.seed.max });
    case 'not-numbers':
      return speech.say('queue.problem.not-numbers', { text: problem.text });
  }
}
