// The back end in use, and behind it why, how the number of threads came about, and what could be done about either.

import type { BackendPlan } from '../../lab/players/backend.ts';
import type { Speech } from '../../text/language.ts';
import { Popover } from '../../ui/popover.tsx';
import { useSession, useSpeech } from '../common/lab-context.ts';
import { ThreadsOrigin } from './threads-origin.tsx';

export function BackendChip() {
  const speech = useSpeech();
  const plan = useSession((state) => state.plan);
  const capabilities = useSession((state) => state.capabilities);
  const opened = useSession((state) => state.opened);
  if (plan === null || capabilities === null) {
    return <span className="chip backend">{speech.say('backend.chip.looking')}</span>;
  }
  return (
    <Popover
      className="chip backend"
      data={{ 'data-backend': plan.backend }}
      button={<span className="chip-words">{chipWords(speech, plan, opened?.adapter || capabilities.adapter)}</span>}
    >
      <h2>{speech.say('backend.title')}</h2>
      <p>{speech.say(`backend.why.${plan.why}`, { adapter: capabilities.adapter })}</p>
      {plan.backend === 'wasm' && <ThreadsOrigin plan={plan} />}
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

function chipWords(speech: Speech, { backend, threads, threadsBy }: BackendPlan, adapter: string): string {
  if (backend === 'webgpu') return speech.say('backend.chip.webgpu', { adapter });
  if (threadsBy.from === 'unmeasured') return speech.say('backend.wasm');
  return speech.say('backend.chip.wasm', { threads: speech.say('backend.threads', { n: threads }) });
}
