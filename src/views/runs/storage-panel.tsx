// How much is stored and how much more fits, whether the browser will keep it, and the way to delete all of it.

import { useState } from 'react';
import type { RunEntry, Usage } from '../../lab/runs/kept-runs.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useSpeech, useSurroundings } from '../common/lab-context.ts';
import { sizeWords } from '../common/run-words.ts';

interface StorageProps {
  readonly entries: readonly RunEntry[];
  readonly usage: Usage | null;
}

export const bytesOf = (entries: readonly RunEntry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

export function StoragePanel({ entries, usage }: StorageProps) {
  const speech = useSpeech();
  const [asking, setAsking] = useState(false);
  const size = sizeWords(speech, bytesOf(entries));
  return (
    <section className="storage" aria-labelledby="storage-title">
      <h3 id="storage-title">{speech.say('storage.title')}</h3>
      <p>{speech.say('storage.runs', { n: entries.length, size })}</p>
      {usage !== null && <UsageWords usage={usage} />}
      <button type="button" disabled={entries.length === 0} onClick={() => setAsking(true)}>
        {speech.say('storage.clear')}
      </button>
      {asking && <ClearDialog count={entries.length} size={size} onClose={() => setAsking(false)} />}
    </section>
  );
}

function UsageWords({ usage: { used, quota, persisted, weights } }: { readonly usage: Usage }) {
  const speech = useSpeech();
  return (
    <>
      {used === null || quota === null ? (
        <p className="quiet">{speech.say('storage.unknown')}</p>
      ) : (
        <>
          <meter min={0} max={quota} value={used} aria-label={speech.say('storage.meter')} />
          <p className="quiet">
            {speech.say('storage.used', { used: sizeWords(speech, used), left: sizeWords(speech, quota - used) })}
          </p>
        </>
      )}
      <p className="quiet">{speech.say(persisted ? 'storage.persisted' : 'storage.not-persisted')}</p>
      {weights === 'database' && <p className="quiet">{speech.say('storage.database')}</p>}
    </>
  );
}

interface ClearProps {
  readonly count: number;
  readonly size: string;
  readonly onClose: () => void;
}

function ClearDialog({ count, size, onClose }: ClearProps) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const clear = () => {
    onClose();
    lab.queue.clear();
    lab.overlays.clear();
    void lab.runs.clear();
  };
  return (
    <Dialog label={speech.say('storage.clear.title')} className="clear-runs" onClose={onClose}>
      <h2>{speech.say('storage.clear.title')}</h2>
      <p>{speech.say('storage.clear.help', { n: count, size })}</p>
      <p className="queue-choices">
        <button type="button" onClick={onClose}>
          {speech.say('storage.clear.no')}
        </button>
        <button type="button" className="danger" onClick={clear}>
          {speech.say('storage.clear.yes')}
        </button>
      </p>
    </Dialog>
  );
}
