// How the number of threads a player came about, and a button that has it measured where measuring is what decides and no run keeps the
// number that it began with.

import type { BackendPlan } from '../../lab/players/backend.ts';
import { isMeasured, type ThreadRate } from '../../lab/players/thread-choice.ts';
import type { Speech } from '../../text/language.ts';
import { useSession, useSpeech, useSurroundings } from '../common/lab-context.ts';

export function ThreadsOrigin({ plan }: { readonly plan: BackendPlan }) {
  const speech = useSpeech();
  const { session } = useSurroundings().lab;
  const measuring = useSession(({ opening }) => opening?.what === 'threads');
  const free = useSession(({ status }) => status === 'idle' || status === 'finished');
  const { from } = plan.threadsBy;
  return (
    <>
      <p role="status">{measuring ? speech.say('status.opening.threads') : threadsWords(speech, plan)}</p>
      {free && (from === 'measured' || from === 'unmeasured') && (
        <p>
          <button type="button" disabled={measuring} onClick={() => void session.measureThreads()}>
            {speech.say(from === 'measured' ? 'backend.measure.again' : 'backend.measure')}
          </button>
        </p>
      )}
    </>
  );
}

function threadsWords(speech: Speech, { threads: chosen, threadsBy }: BackendPlan): string {
  const threads = speech.say('backend.threads', { n: chosen });
  switch (threadsBy.from) {
    case 'measured':
      return isMeasured(threadsBy)
        ? speech.say('backend.threads.measured', { threads, tried: triedWords(speech, chosen, threadsBy.rates) })
        : speech.say('backend.threads.failed');
    case 'not-isolated':
      return speech.say('backend.not-isolated');
    case 'webgpu':
      return '';
    default:
      return speech.say(`backend.threads.${threadsBy.from}`, { threads });
  }
}

/** The others that were tried, each against the one that was taken. */
function triedWords(speech: Speech, chosen: number, rates: readonly ThreadRate[]): string {
  const best = rates.find(({ threads }) => threads === chosen)?.rate ?? 1;
  return rates
    .filter(({ threads }) => threads !== chosen)
    .map(({ threads: n, rate }) =>
      rate === null
        ? speech.say('backend.threads.broken', { n })
        : speech.say('backend.threads.rate', { n, rate: speech.number(rate / best, 2) }),
    )
    .join(speech.say('run.listed'));
}
