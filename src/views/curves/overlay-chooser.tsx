// Which kept runs are laid over the one that is looked at. Asks for them; reads none itself.

import { useStore } from 'zustand';
import { Popover } from '../../ui/popover.tsx';
import { RunMark } from '../../ui/run-mark.tsx';
import { useShown, useSpeech, useSurroundings } from '../common/lab-context.ts';

export function OverlayChooser() {
  const speech = useSpeech();
  const { lab } = useSurroundings();
  const entries = useStore(lab.runs.store, (state) => state.entries) ?? [];
  const overlaid = useStore(lab.overlays.store, (state) => state.runs);
  const shown = useShown((state) => state.entry?.id ?? null);
  const others = entries.filter(({ id }) => id !== shown);
  if (others.length === 0) return null;
  const toggle = (id: string, on: boolean) => {
    if (on) lab.overlays.add(id).catch((error: unknown) => lab.session.trouble(error, 'settings'));
    else lab.overlays.remove(id);
  };
  return (
    <Popover button={speech.say('curves.others', { n: overlaid.length })}>
      <ul className="curves-choices">
        {others.map(({ id, notes }) => (
          <li key={id}>
            <label className="check">
              <input
                type="checkbox"
                checked={overlaid.some((one) => one.id === id)}
                onChange={({ target }) => toggle(id, target.checked)}
              />
              <RunMark colour={notes.colour} />
              <span translate="no">{notes.name}</span>
            </label>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
