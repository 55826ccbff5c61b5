// The run's controls, where it is, and its timeline: on every view, always in the same place. What a control does is in the action table.

import { STEP_UNITS } from '../../lab/settings/step-units.ts';
import { Icon } from '../../ui/icon.tsx';
import { Popover } from '../../ui/popover.tsx';
import { ActionButton } from '../actions/action-button.tsx';
import { usePage, useSession, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { StatusWords } from './status-words.tsx';
import { Timeline } from './timeline.tsx';

export function Transport() {
  const speech = useSpeech();
  const running = useSession(({ status }) => status === 'running');
  return (
    <section className="transport" aria-label={speech.say('transport.label')}>
      <div className="controls">
        {/* Start and pause share their place, and the focus stays on it. */}
        <ActionButton id={running ? 'pause' : 'start'} icon={running ? 'pause' : 'play'} className="primary" />
        <span className="step">
          <ActionButton id="step" icon="step" words="wide" />
          <StepUnitField />
        </span>
        <ActionButton id="slow" icon="slow" words="wide" className="roomy" />
        <ActionButton id="end" icon="end" words="wide" className="roomy" />
        <ActionButton id="reset" icon="reset" words="wide" />
        <ActionButton id="seed" icon="seed" words="wide" className="roomy" />
        <More />
      </div>
      <StatusWords />
      <Timeline />
    </section>
  );
}

function StepUnitField() {
  const speech = useSpeech();
  const { page } = useSurroundings().lab;
  const unit = usePage((state) => state.stepUnit);
  return (
    <select
      className="unit"
      aria-label={speech.say('step.unit')}
      value={unit}
      onChange={({ target }) => page.setState({ stepUnit: STEP_UNITS.find((one) => one === target.value) ?? 'batch' })}
    >
      {STEP_UNITS.map((one) => (
        <option key={one} value={one}>
          {speech.say(`step.${one}`)}
        </option>
      ))}
    </select>
  );
}

/** What is wanted less often. */
function More() {
  const speech = useSpeech();
  return (
    <Popover
      className="more-actions bare"
      label={speech.say('action.more')}
      button={<Icon name="more" />}
      closesOnPress
    >
      <div className="menu">
        <ActionButton id="slow" className="narrow" />
        <ActionButton id="end" className="narrow" />
        <ActionButton id="seed" className="narrow" />
        <ActionButton id="save" />
        <ActionButton id="export" />
        <ActionButton id="import" />
        <ActionButton id="example" />
        <ActionButton id="palette" />
      </div>
    </Popover>
  );
}
