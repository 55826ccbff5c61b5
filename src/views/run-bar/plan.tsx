// What Start would do with the settings as they are, in a sentence or two.

import { forecast } from '../../lab/forecast/forecast.ts';
import { useSession, useSettings, useSpeech } from '../common/lab-context.ts';

export function Plan() {
  const speech = useSpeech();
  const plan = useSession((state) => state.plan);
  const settings = useSettings((all) => all);
  const { iterations, examples, steps, seconds } = forecast(settings, plan);
  const values = { iterations: speech.say('plan.iterations', { n: iterations }), examples, steps };
  return (
    <p className="plan quiet">
      {speech.join(
        speech.say(settings.own === null ? 'plan.world' : 'plan.own', values),
        seconds === null
          ? speech.say('plan.time.unknown')
          : speech.say('plan.time', { time: speech.duration(Math.max(10, 10 * Math.round(seconds / 10))) }),
      )}
    </p>
  );
}
