// The queue: what to add, what is being played and what waits, and what has halted it.

import { useStore } from 'zustand';
import type { Halt, QueuedRun } from '../../lab/runs/queue.ts';
import { differing } from '../../lab/runs/run-list.ts';
import { errorWords } from '../../text/error-words.ts';
import type { Speech } from '../../text/language.ts';
import { useSession, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { presetWords, settingsWords } from '../common/run-words.ts';
import { QueueForm } from './queue-form.tsx';

export function QueuePanel() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const { items, playing, halted } = useStore(lab.queue.store);
  const occupied = useSession(({ status }) => status !== 'idle' && status !== 'finished');
  const known = [playing, halted === null || halted.why === 'reloaded' ? null : halted.run];
  const all = [...known.filter((run) => run !== null), ...items];
  const words = wordsOf(speech, all);
  return (
    <section className="queue" aria-labelledby="queue-title">
      <h3 id="queue-title">{speech.say('queue.title')}</h3>
      <p className="quiet">{speech.say('queue.help')}</p>
      <QueueForm />
      {halted !== null && <Halted halted={halted} words={words} />}
      {playing !== null && <p>{speech.say('queue.playing', { run: words(playing) })}</p>}
      {items.length > 0 && (
        <>
          <h4>{speech.say('queue.waiting')}</h4>
          {playing === null && halted === null && occupied && <p className="quiet">{speech.say('queue.busy')}</p>}
          <ol className="queue-items">
            {items.map((item) => (
              <li key={item.id}>
                <span>{words(item)}</span>
                <button
                  type="button"
                  className="bare"
                  aria-label={speech.say('queue.remove', { run: words(item) })}
                  onClick={() => lab.queue.remove(item.id)}
                >
                  {speech.say('queue.remove.short')}
                </button>
              </li>
            ))}
          </ol>
          <button type="button" onClick={() => lab.queue.clear()}>
            {speech.say('queue.clear')}
          </button>
        </>
      )}
    </section>
  );
}

/** A queued run by what tells it from the others in the queue, its preset where those differ; alone, by its seed. */
function wordsOf(speech: Speech, all: readonly QueuedRun[]): (run: QueuedRun) => string {
  const keys = differing(all.map(({ configuration }) => configuration));
  const presets = new Set(all.map(({ preset }) => preset));
  return ({ preset, configuration }) => {
    const values = settingsWords(speech, configuration, keys.length === 0 ? ['seed'] : keys);
    return presets.size > 1 ? speech.say('queue.item', { preset: presetWords(speech, preset), values }) : values;
  };
}

interface HaltedProps {
  readonly halted: Halt;
  readonly words: (run: QueuedRun) => string;
}

function Halted({ halted, words }: HaltedProps) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const run = halted.why === 'reloaded' ? '' : words(halted.run);
  const error = halted.why === 'failed' ? errorWords(speech, halted.trouble) : null;
  return (
    <div className="queue-halted" role="status">
      <p>{speech.say(`queue.halted.${halted.why}`, { run })}</p>
      {error !== null && <p className="quiet">{speech.join(error.what, error.advice)}</p>}
      <p className="queue-choices">
        <button type="button" onClick={() => lab.queue.goOn()}>
          {speech.say('queue.go-on')}
        </button>
        {halted.why !== 'reloaded' && (
          <button type="button" onClick={() => lab.queue.goOn(true)}>
            {speech.say('queue.again')}
          </button>
        )}
      </p>
    </div>
  );
}
