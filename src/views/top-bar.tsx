// The page's name, what it is, the back end in use, and the language.

import type { Capabilities } from '../lab/backend.ts';
import type { SessionState } from '../lab/session-store.ts';
import { LANGUAGES, type Language, type Speech } from '../text/language.ts';
import { useSession, useSpeech, useSurroundings } from './lab-context.ts';

export function TopBar() {
  const { speech, choose } = useSurroundings();
  return (
    <header className="top-bar">
      <a className="skip" href="#run">
        {speech.say('app.skip')}
      </a>
      <h1>{speech.say('app.name')}</h1>
      <BackendChip />
      <label className="language">
        <span className="visually-hidden">{speech.say('app.language')}</span>
        <select value={speech.language} onChange={(event) => choose(event.target.value as Language)}>
          {Object.entries(LANGUAGES).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p className="lead">{speech.say('app.lead')}</p>
      <p className="private">{speech.say('app.private')}</p>
    </header>
  );
}

/** What is in use, and behind it why, and what could be done about it. */
function BackendChip() {
  const speech = useSpeech();
  const plan = useSession((state) => state.plan);
  const capabilities = useSession((state) => state.capabilities);
  const opened = useSession((state) => state.opened);
  if (plan === null || capabilities === null) return <span className="chip">{speech.say('backend.chip.looking')}</span>;
  const adapter = opened?.adapter || capabilities.adapter;
  const threads = speech.say('backend.threads', { n: opened?.threads ?? plan.threads });
  const chip =
    plan.backend === 'webgpu'
      ? speech.say('backend.chip.webgpu', { adapter })
      : speech.say('backend.chip.wasm', { threads });
  return (
    <details className="chip backend">
      <summary data-backend={plan.backend}>{chip}</summary>
      <div className="panel">
        <h2>{speech.say('backend.title')}</h2>
        {reasons(speech, plan, capabilities).map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
        {opened !== null && (
          <dl>
            <dt>{speech.say('backend.runtime')}</dt>
            <dd>{opened.runtime}</dd>
            <dt>{speech.say('backend.parameters')}</dt>
            <dd>{speech.number(opened.parameterCount)}</dd>
          </dl>
        )}
      </div>
    </details>
  );
}

function reasons(speech: Speech, plan: NonNullable<SessionState['plan']>, found: Capabilities): string[] {
  const why = speech.say(`backend.why.${plan.why}`, { adapter: found.adapter });
  if (plan.backend === 'webgpu') return [why];
  return [why, speech.say(found.isolated ? 'backend.isolated' : 'backend.not-isolated')];
}
