// Says that the link by which the page was opened was not taken, and why.

import type { LinkFault } from '../../lab/settings/read-link.ts';
import type { Speech } from '../../text/language.ts';
import { problemWords } from '../../text/parameter-words.ts';
import { useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';

export function LinkNotice() {
  const speech = useSpeech();
  const { settings } = useSurroundings().lab;
  const faults = useSettings((state) => state.faults);
  if (faults.length === 0) return null;
  return (
    <div className="notice link-notice" role="alert">
      <p>{speech.say('setup.link.refused')}</p>
      <ul>
        {faults.map((fault) => (
          <li key={JSON.stringify(fault)} className="problem">
            {faultWords(speech, fault)}
          </li>
        ))}
      </ul>
      <div className="notice-actions">
        <button type="button" onClick={() => settings.setState({ faults: [] })}>
          {speech.say('setup.link.dismiss')}
        </button>
      </div>
    </div>
  );
}

function faultWords(speech: Speech, fault: LinkFault): string {
  if (fault.code === 'parameter') return problemWords(speech, fault.problem);
  return speech.say(`setup.link.fault.${fault.code}`, { value: fault.value });
}
