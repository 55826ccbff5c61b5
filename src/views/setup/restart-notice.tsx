// Says which changes wait because the run at hand cannot take them, and offers to restart it or to put them back.

import { pendingChanges } from '../../lab/session/pending.ts';
import { putBack } from '../../lab/settings/settings-store.ts';
import type { Parameter } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { parameterName } from '../../text/parameter-words.ts';
import { useSession, useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { valueWords } from './value-words.ts';

export function RestartNotice() {
  const speech = useSpeech();
  const { session, settings } = useSurroundings().lab;
  const status = useSession((state) => state.status);
  const played = useSession((state) => state.configuration);
  const wanted = useSettings((state) => state.configuration);
  const { changed, restart } = pendingChanges({ status, configuration: played }, wanted);
  if (played === null || restart.length === 0) return null;
  return (
    <section className="notice restart-notice" aria-labelledby="restart-title">
      <h2 id="restart-title">{speech.say('setup.restart.title')}</h2>
      <p>{speech.say(restart.length === changed.length ? 'setup.restart.why' : 'setup.restart.all')}</p>
      <ul className="changes">
        {changed.map((key) => {
          const row: Parameter = PARAMETERS[key];
          const values = { from: valueWords(speech, row, played[key]), to: valueWords(speech, row, wanted[key]) };
          return (
            <li key={key}>{speech.say('setup.restart.change', { name: parameterName(speech, row), ...values })}</li>
          );
        })}
      </ul>
      <div className="notice-actions">
        <button type="button" className="primary" onClick={() => void session.reset().then(() => session.start())}>
          {speech.say('setup.restart.now')}
        </button>
        <button type="button" onClick={() => putBack(settings, played, restart)}>
          {speech.say('setup.restart.back')}
        </button>
      </div>
    </section>
  );
}
