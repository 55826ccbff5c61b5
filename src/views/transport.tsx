// The run's controls and progress, always in the same place. What a control does is in the action table.

import { Fragment, useEffect } from 'react';
import { ACTIONS, type Action, actionForKey } from '../lab/actions.ts';
import { forecast } from '../lab/forecast.ts';
import type { SessionState } from '../lab/session-store.ts';
import { STEP_UNITS, type StepUnit } from '../lab/step-units.ts';
import type { Speech } from '../text/language.ts';
import { useSession, useSettings, useSpeech, useSurroundings } from './lab-context.ts';
import { Timeline } from './timeline.tsx';

interface TransportProps {
  readonly stepUnit: StepUnit;
  readonly onStepUnit: (unit: StepUnit) => void;
}

export function Transport({ stepUnit, onStepUnit }: TransportProps) {
  const speech = useSpeech();
  const state = useSession((session) => session);
  const perform = usePerform(stepUnit);
  useKeys(perform);
  return (
    <section className="transport" aria-label={speech.say('transport.label')}>
      <div className="controls">
        {shownActions(state).map((action) => (
          <Fragment key={action.id}>
            <ActionButton action={action} state={state} perform={perform} />
            {action.id === 'step' && <StepUnitField unit={stepUnit} onChange={onStepUnit} />}
          </Fragment>
        ))}
      </div>
      <Status state={state} />
      <Timeline />
      {state.status === 'idle' && <Plan />}
    </section>
  );
}

function StepUnitField({ unit, onChange }: { readonly unit: StepUnit; readonly onChange: (unit: StepUnit) => void }) {
  const speech = useSpeech();
  return (
    <select
      aria-label={speech.say('step.unit')}
      value={unit}
      onChange={({ target }) => onChange(STEP_UNITS.find((one) => one === target.value) ?? 'batch')}
    >
      {STEP_UNITS.map((one) => (
        <option key={one} value={one}>
          {speech.say(`step.${one}`)}
        </option>
      ))}
    </select>
  );
}

/** Start and pause share their place. */
function shownActions(state: SessionState): Action[] {
  const running = state.status === 'running';
  return ACTIONS.filter(({ id }) => (id === 'start' ? !running : id === 'pause' ? running : true));
}

function usePerform(stepUnit: StepUnit): (action: Action) => void {
  const { session } = useSurroundings().lab;
  return (action) => action.perform({ session, stepUnit, save: saveFile });
}

function useKeys(perform: (action: Action) => void): void {
  const { session } = useSurroundings().lab;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || belongsTo(event)) return;
      const action = actionForKey(event.key, session.store.getState());
      if (action === undefined) return;
      event.preventDefault();
      perform(action);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

/** Whether the element in focus wants the key itself: text fields all, controls the space bar. */
function belongsTo({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(key === ' ' ? 'input, select, textarea, button, summary, a' : 'input, select, textarea') !== null
  );
}

function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }));
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

interface ActionButtonProps {
  readonly action: Action;
  readonly state: SessionState;
  readonly perform: (action: Action) => void;
}

function ActionButton({ action, state, perform }: ActionButtonProps) {
  const speech = useSpeech();
  const label = speech.say(action.label(state));
  const key = action.key === ' ' ? speech.say('key.space') : action.key;
  return (
    <button
      type="button"
      className={action.id === 'start' || action.id === 'pause' ? 'primary' : ''}
      disabled={!action.allowed(state)}
      aria-keyshortcuts={action.key === ' ' ? 'Space' : action.key}
      title={speech.say('action.key', { label, key })}
      onClick={() => perform(action)}
    >
      {label}
    </button>
  );
}

/** What Start would do, before it is pressed. */
function Plan() {
  const speech = useSpeech();
  const plan = useSession((state) => state.plan);
  const settings = useSettings((all) => all);
  const { iterations, examples, steps, seconds } = forecast(settings, plan);
  const values = { iterations: speech.say('plan.iterations', { n: iterations }), examples, steps };
  return (
    <p className="plan">
      {speech.join(
        speech.say(settings.own === null ? 'plan.world' : 'plan.own', values),
        seconds === null
          ? speech.say('plan.time.unknown')
          : speech.say('plan.time', { time: speech.duration(Math.max(10, 10 * Math.round(seconds / 10))) }),
      )}
    </p>
  );
}

function Status({ state }: { readonly state: SessionState }) {
  const speech = useSpeech();
  const iterations = useSettings((settings) => settings.configuration.iterations);
  const { progress, status, recoveries } = state;
  const details =
    progress !== null && (status === 'running' || status === 'paused') ? progressWords(speech, progress) : [];
  return (
    <div className="status">
      <span className="status-words" data-status={status}>
        {statusWords(speech, state, iterations)}
      </span>
      {details.map((words) => (
        <span key={words} className="quiet">
          {words}
        </span>
      ))}
      {recoveries > 0 && <span className="quiet">{speech.say('status.recovered', { n: recoveries })}</span>}
    </div>
  );
}

function statusWords(speech: Speech, { status, opening, progress }: SessionState, iterations: number): string {
  switch (status) {
    case 'idle':
      return speech.say('status.idle');
    case 'opening':
      return speech.say(opening?.what === 'data' ? 'status.opening.data' : 'status.opening.model', {
        amount:
          opening !== null && opening.total > 0
            ? ` · ${speech.percent(Math.min(1, opening.done / opening.total))}`
            : '',
      });
    case 'running':
    case 'paused': {
      if (progress === null) return '';
      const values = { n: progress.iteration + 1, of: iterations, phase: speech.say(`phase.${progress.phase}`) };
      if (status === 'paused') return speech.say('status.paused', values);
      return progress.steps === 0 && progress.phase === 'evaluating'
        ? speech.say('status.base')
        : speech.say('status.running', values);
    }
    case 'stopping':
      return speech.say('status.stopping');
    case 'finished':
      return speech.say('status.finished', { n: iterations });
    case 'failed':
      return speech.say('status.failed');
  }
}

function progressWords(speech: Speech, progress: NonNullable<SessionState['progress']>): string[] {
  const { secondsLeft, tokensPerSecond, step, steps, phase } = progress;
  return [
    ...(steps > 0 && phase === 'learning' ? [speech.say('status.step', { n: step, of: steps })] : []),
    secondsLeft === null
      ? speech.say('status.left.unknown')
      : speech.say('status.left', { time: speech.duration(secondsLeft) }),
    ...(tokensPerSecond > 0 ? [speech.say('status.speed', { n: Math.round(tokensPerSecond) })] : []),
  ];
}
