// What can be done with one kept run: open, go on, lay over the curves, and behind a button the rest.

import { useState } from 'react';
import { useStore } from 'zustand';
import type { RunEntry } from '../../lab/runs/kept-runs.ts';
import { Icon } from '../../ui/icon.tsx';
import { Popover } from '../../ui/popover.tsx';
import { useSession, useShown, useSpeech, useSurroundings } from '../common/lab-context.ts';
import type { RunStanding } from '../common/run-words.ts';

export function RunActions({ entry, standing }: { readonly entry: RunEntry; readonly standing: RunStanding }) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const { name } = entry.notes;
  const busy = useSession(({ status }) => status === 'running' || status === 'opening' || status === 'stopping');
  const look = async (begin: Promise<void>) => {
    await begin;
    lab.page.setState({ view: 'arena' });
  };
  return (
    <div className="run-actions">
      <button
        type="button"
        aria-label={speech.say('runs.open.of', { name })}
        onClick={() => void look(lab.runs.open(entry.id))}
      >
        {speech.say('runs.open')}
      </button>
      {standing === 'unfinished' && (
        <button
          type="button"
          disabled={busy}
          title={busy ? speech.say('runs.resume.busy') : undefined}
          aria-label={speech.say('runs.resume.of', { name })}
          onClick={() => void look(lab.runs.resume(entry.id))}
        >
          {speech.say('runs.resume')}
        </button>
      )}
      <OverlayBox entries={[entry]} label={speech.say('runs.overlay.of', { name })} />
      <MoreActions entry={entry} />
    </div>
  );
}

function MoreActions({ entry: { id, notes } }: { readonly entry: RunEntry }) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const change = async () => {
    await lab.runs.duplicate(id);
    lab.page.setState({ view: 'setup' });
  };
  return (
    <Popover
      className="bare"
      closesOnPress
      label={speech.say('runs.more.of', { name: notes.name })}
      button={<Icon name="more" />}
    >
      <div className="run-menu">
        <button type="button" onClick={() => void change()}>
          {speech.say('runs.duplicate')}
        </button>
        <button type="button" onClick={() => void lab.runs.exportRun(id)}>
          {speech.say('runs.export')}
        </button>
        <button type="button" onClick={() => void lab.runs.note(id, { pinned: !notes.pinned })}>
          {speech.say(notes.pinned ? 'runs.unpin' : 'runs.pin')}
        </button>
        <button type="button" onClick={() => void lab.runs.remove(id)}>
          {speech.say('runs.delete')}
        </button>
      </div>
    </Popover>
  );
}

/** Lays runs over the curves of the shown one, which itself cannot be laid over. */
export function OverlayBox({ entries, label }: { readonly entries: readonly RunEntry[]; readonly label: string }) {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const shown = useShown(({ entry }) => entry?.id);
  const laid = useStore(lab.overlays.store, ({ runs }) => runs);
  /** What the box has been set to while the runs are still being read; null: they are read. */
  const [wanted, setWanted] = useState<boolean | null>(null);
  const others = entries.filter(({ id }) => id !== shown);
  const over = others.filter(({ id }) => laid.some((run) => run.id === id));
  const lay = async (on: boolean) => {
    setWanted(on);
    for (const { id } of others) {
      if (on) await lab.overlays.add(id).catch((error) => lab.session.trouble(error, 'settings'));
      else lab.overlays.remove(id);
    }
    setWanted(null);
  };
  return (
    <label className="check">
      <input
        type="checkbox"
        aria-label={label}
        aria-busy={wanted !== null}
        checked={wanted ?? (others.length > 0 && over.length === others.length)}
        disabled={others.length === 0}
        ref={(box) => {
          if (box !== null) box.indeterminate = wanted === null && over.length > 0 && over.length < others.length;
        }}
        onChange={({ target }) => wanted === null && void lay(target.checked)}
      />
      {speech.say('runs.overlay')}
    </label>
  );
}
