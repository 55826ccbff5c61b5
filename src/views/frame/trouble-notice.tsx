// Errors as a person needs them: what happened, what was kept, what to do.

import { type Trouble, troubleOf } from '../../lab/players/trouble.ts';
import { errorWords } from '../../text/error-words.ts';
import { ActionButton } from '../actions/action-button.tsx';
import { useRuns } from '../actions/actions-context.ts';
import { useSession, useSpeech, useSurroundings } from '../common/lab-context.ts';

export function TroubleNotice() {
  const speech = useSpeech();
  const { session } = useSurroundings().lab;
  const trouble = useSession((state) => state.trouble);
  const failed = useSession(({ status }) => status === 'failed');
  if (trouble === null) return null;
  return (
    <div className="notice trouble" role="alert" data-error={trouble.name}>
      <h2>{speech.say('trouble.title')}</h2>
      <Told trouble={trouble} kept={speech.say(`trouble.kept.${trouble.kept}`)} />
      <div className="notice-actions">
        {failed && trouble.name === 'DivergedError' && trouble.kept === 'run-so-far' && (
          <button type="button" onClick={() => session.retryAtHalfRate()}>
            {speech.say('action.half-rate')}
          </button>
        )}
        <ActionButton id="dismiss" />
      </div>
    </div>
  );
}

/** The run goes on, but what it makes is not, or no longer, kept. */
export function UnsavedNotice() {
  const speech = useSpeech();
  const unsaved = useSession((state) => state.unsaved);
  const denied = useRuns((runs) => runs.denied);
  const trouble = unsaved ?? (denied === null ? null : troubleOf(denied, 'settings'));
  if (trouble === null) return null;
  return (
    <details className="notice unsaved" data-error={trouble.name}>
      <summary>{speech.say(unsaved === null ? 'unsaved.denied' : 'unsaved.title')}</summary>
      <Told trouble={trouble} kept={speech.say(unsaved === null ? 'unsaved.denied.kept' : 'unsaved.kept')} />
    </details>
  );
}

function Told({ trouble, kept }: { readonly trouble: Trouble; readonly kept: string }) {
  const speech = useSpeech();
  const { what, detail, advice } = errorWords(speech, trouble);
  return (
    <>
      <p>{what}</p>
      {detail !== null && (
        <p className="quiet" lang="en" translate="no">
          {detail}
        </p>
      )}
      <p>{kept}</p>
      <p>{advice}</p>
    </>
  );
}
