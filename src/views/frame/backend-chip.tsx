// The back end in use, and behind it why, and what could be done about it.

import type { Capabilities } from '../../lab/backend.ts';
import type { SessionState } from '../../lab/session-store.ts';
import type { Speech } from '../../text/language.ts';
import { Popover } from '../../ui/popover.tsx';
import { useSession, useSpeech } from '../lab-context.ts';

export function BackendChip() {
  const speech = useSpeech();
  const plan = useSession((state) => state.plan);
  const capabilities = useSession((state) => state.capabilities);
  const opened = useSession((state) => state.opened);
  if (plan === null || capabilities === null) {
    return <span className="chip backend">{speech.say('backend.chip.looking')}</span>;
  }
  const adapter = opened?.adapter || capabilities.adapter;
  const threads = speech.say('backend.threads', { n: opened?.threads ?? plan.threads });
  return (
    <Popover
      className="chip backend"
      data={{ 'data-backend': plan.backend }}
      button={
        <span className="chip-words">
          {plan.backend === 'webgpu'
            ? speech.say('backend.chip.webgpu', { adapter })
            : speech.say('backend.chip.wasm', { threads })}
        </span>
      }
    >
      <h2>{speech.say('backend.title')}</h2>
      {reasons(speech, plan, capabilities).map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
      {opened !== null && (
        <dl>
          <dt>{speech.say('backend.runtime')}</dt>
          <dd translate="no">{opened.runtime}</dd>
          <dt>{speech.say('backend.parameters')}</dt>
          <dd>{speech.number(opened.parameterCount)}</dd>
        </dl>
      )}
      <p className="quiet">{speech.say('app.private')}</p>
    </Popover>
  );
}

function reasons(speech: Speech, plan: NonNullable<SessionState['plan']>, found: Capabilities): string[] {
  const why = speech.say(`backend.why.${plan.why}`, { adapter: found.adapter });
  if (plan.backend === 'webgpu') return [why];
  return [why, speech.say(found.isolated ? 'backend.isolated' : 'backend.not-isolated')];
}
