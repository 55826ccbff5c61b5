// Finds an action by its name or by what else it might be called, and does it: a field with a list of what fits.

import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { type Action, type ActionState, keywordsOf } from '../../lab/actions/action-kinds.ts';
import { ACTIONS } from '../../lab/actions/action-table.ts';
import { found } from '../../lab/actions/word-search.ts';
import type { Speech } from '../../text/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useSpeech, useSurroundings } from '../common/lab-context.ts';
import { useActionState, usePerform } from './actions-context.ts';
import { keyWords } from './key-words.ts';

export function Palette() {
  const speech = useSpeech();
  const { page } = useSurroundings().lab;
  const perform = usePerform();
  const state = useActionState();
  const list = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const rows = paletteRows(speech, state, query);
  const active = rows[Math.min(at, rows.length - 1)];
  const close = () => page.setState({ dialog: null });
  const choose = ({ action, hindrance }: Row) => {
    if (hindrance !== null) return;
    close();
    perform(action);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moved = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (moved !== undefined) setAt((moved + rows.length) % Math.max(1, rows.length));
    else if (event.key === 'Enter' && active !== undefined) choose(active);
    else return;
    event.preventDefault();
  };
  const idOf = ({ action }: Row) => `${list}-${action.id}`;
  const activeId = active === undefined ? undefined : idOf(active);
  useEffect(() => {
    if (activeId !== undefined) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);
  return (
    <Dialog label={speech.say('palette.label')} className="palette" onClose={close}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={activeId}
        aria-label={speech.say('palette.label')}
        placeholder={speech.say('palette.placeholder')}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label={speech.say('palette.results')}>
        {rows.map((row) => (
          <Option key={row.action.id} row={row} id={idOf(row)} active={row === active} onChoose={() => choose(row)} />
        ))}
      </div>
      <p className="quiet" role="status">
        {rows.length === 0 ? speech.say('palette.none') : speech.say('palette.found', { n: rows.length })}
      </p>
    </Dialog>
  );
}

interface Row {
  readonly action: Action;
  readonly label: string;
  /** In words; null where it can be done. */
  readonly hindrance: string | null;
}

/** What can be done first; of start and pause, which share a key, the one that fits. */
function paletteRows(speech: Speech, state: ActionState, query: string): Row[] {
  const left = state.session.status === 'running' ? 'start' : 'pause';
  const rows = ACTIONS.filter(({ id }) => id !== left && id !== 'palette').map((action): Row => {
    const hindrance = action.hindrance(state);
    const label = speech.say(action.label(state));
    return { action, label, hindrance: hindrance === null ? null : speech.say(hindrance) };
  });
  const fitting = found(rows, query, ({ action, label }) => `${label} ${speech.say(keywordsOf(action))}`);
  return [...fitting.filter(({ hindrance }) => hindrance === null), ...fitting.filter(({ hindrance }) => hindrance)];
}

interface OptionProps {
  readonly row: Row;
  readonly id: string;
  readonly active: boolean;
  readonly onChoose: () => void;
}

function Option({ row: { action, label, hindrance }, id, active, onChoose }: OptionProps) {
  const speech = useSpeech();
  const [key] = action.keys;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field, as a combobox wants it
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
    <div role="option" id={id} aria-selected={active} aria-disabled={hindrance !== null} onClick={onChoose}>
      <span>{label}</span>
      {hindrance !== null && <span className="quiet">{hindrance}</span>}
      {key !== undefined && <kbd translate="no">{keyWords(speech, key)}</kbd>}
    </div>
  );
}
