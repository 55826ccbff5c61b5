// Short notices that float at the page's foot and go by themselves: a removed run that can be brought back, files on their way, links.

import { useEffect } from 'react';
import { ActionButton } from '../actions/action-button.tsx';
import { useRuns } from '../actions/actions-context.ts';
import { useSpeech } from '../common/lab-context.ts';

/** Long enough to be read twice. */
const STAYS_MS = 10_000;

export interface ToastsProps {
  /** What the page has to say, in words; null: nothing. */
  readonly said: string | null;
  readonly onGone: () => void;
}

export function Toasts({ said, onGone }: ToastsProps) {
  const speech = useSpeech();
  const removed = useRuns((runs) => runs.removed);
  const busy = useRuns((runs) => runs.busy);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(onGone, STAYS_MS);
    return () => clearTimeout(timer);
  }, [said, onGone]);
  return (
    <div className="toasts" role="status">
      {said !== null && <p className="toast">{said}</p>}
      {busy !== null && (
        <p className="toast">{speech.say(`ribbon.busy.${busy.what}`, { percent: speech.percent(busy.share) })}</p>
      )}
      {removed !== null && (
        <p className="toast">
          {speech.say('ribbon.removed', { name: removed.notes.name })}
          <ActionButton id="undo" />
        </p>
      )}
    </div>
  );
}
