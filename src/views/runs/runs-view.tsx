// The view of kept runs: their list, the queue, and storage; files dropped on it are taken in.

import { useEffect, useRef } from 'react';
import { type Trouble, troubleOf } from '../../lab/players/trouble.ts';
import type { RunsState } from '../../lab/runs/kept-runs.ts';
import { errorWords } from '../../text/error-words.ts';
import { Section } from '../../ui/section.tsx';
import { useSession, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { useFileDrop, useRuns } from './hooks.ts';
import { ImportButton } from './import-button.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { RunList } from './run-table.tsx';
import './runs-view.css';
import { sizeWords } from '../common/run-words.ts';
import { bytesOf, StoragePanel } from './storage-panel.tsx';

export function RunsView() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const entries = useRuns((state) => state.entries);
  const usage = useRuns((state) => state.usage);
  const denied = useRuns((state) => state.denied);
  const busy = useRuns((state) => state.busy);
  const [drop, over] = useFileDrop((file) => lab.runs.importFile(file));
  // Sizes, and what other tabs play, have changed since the view was left.
  useEffect(() => void lab.runs.refresh(), [lab]);
  return (
    <Section id="runs" title={speech.say('runs.title')}>
      <p className="quiet">
        {entries !== null && entries.length > 0
          ? speech.say('runs.count', { n: entries.length, size: sizeWords(speech, bytesOf(entries)) })
          : speech.say('runs.lead')}
      </p>
      <div className="runs-view" ref={drop as React.RefObject<HTMLDivElement>} data-over={over}>
        {over && <p className="runs-drop">{speech.say('runs.drop')}</p>}
        <div className="runs-main">
          {busy !== null && <Busy busy={busy} />}
          <Deleted />
          {denied !== null && <Denied trouble={troubleOf(denied, 'run-so-far')} />}
          {entries === null && denied === null && <p aria-busy="true">{speech.say('runs.loading')}</p>}
          {entries?.length === 0 && <Nothing />}
          {entries !== null && entries.length > 0 && <RunList entries={entries} />}
        </div>
        <div className="runs-side">
          <QueuePanel />
          {entries !== null && <StoragePanel entries={entries} usage={usage} />}
        </div>
      </div>
    </Section>
  );
}

/** What is lost when nothing is stored, why, and what to do. */
function Denied({ trouble }: { readonly trouble: Trouble }) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const { what, detail, advice } = errorWords(speech, trouble);
  return (
    <div className="runs-denied">
      <h3>{speech.say('runs.denied')}</h3>
      <p>{speech.join(what, advice)}</p>
      {detail !== null && (
        <p className="quiet" lang="en">
          {detail}
        </p>
      )}
      <p>{speech.say('runs.denied.help', { save: speech.say('action.save') })}</p>
      <button type="button" onClick={() => void lab.runs.refresh()}>
        {speech.say('runs.again')}
      </button>
    </div>
  );
}

function Busy({ busy: { what, share } }: { readonly busy: NonNullable<RunsState['busy']> }) {
  const speech = useSpeech();
  const label = speech.say(`runs.busy.${what}`);
  return (
    <div className="runs-busy">
      <span>{label}</span>
      <progress max={1} value={share} aria-label={label} />
      <span className="quiet">{speech.percent(share)}</span>
    </div>
  );
}

/** The run that was deleted last can be brought back. The focus, which went with the run, comes here. */
function Deleted() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const removed = useRuns((state) => state.removed);
  const entries = useRuns((state) => state.entries);
  const undo = useRef<HTMLButtonElement>(null);
  const gone = removed !== null && entries !== null && !entries.some(({ id }) => id === removed.id);
  const before = useRef(gone);
  useEffect(() => {
    if (gone && !before.current && document.activeElement === document.body) undo.current?.focus();
    before.current = gone;
  }, [gone]);
  if (!gone) return null;
  return (
    <p className="run-deleted">
      {speech.say('runs.deleted', { name: removed.notes.name })}
      <button ref={undo} type="button" onClick={() => void lab.runs.undoRemove()}>
        {speech.say('runs.undo')}
      </button>
    </p>
  );
}

function Nothing() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const free = useSession(({ status }) => status === 'idle' || status === 'finished');
  const start = () => {
    lab.session.start();
    lab.page.setState({ view: 'arena' });
  };
  return (
    <div className="runs-empty">
      <p>{speech.say('runs.empty')}</p>
      <p className="quiet">{speech.say('runs.empty.help')}</p>
      <p className="queue-choices">
        <button type="button" className="primary" disabled={!free} onClick={start}>
          {speech.say('runs.empty.start')}
        </button>
        <ImportButton />
      </p>
    </div>
  );
}
