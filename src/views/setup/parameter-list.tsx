// Every parameter of the one table by group, with a search over them and the way back to the preset.

import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { pendingChanges } from '../../lab/session/pending.ts';
import { changedKeys, resetAll } from '../../lab/settings/settings-store.ts';
import type { Parameter, ParameterGroup, ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETER_LIST } from '../../spin/parameters/parameter-table.ts';
import { Empty } from '../../ui/section.tsx';
import { usePage, useSession, useSettings, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { ParameterRow } from './parameter-row.tsx';
import { searchText } from './value-words.ts';

const GROUPS: readonly ParameterGroup[] = ['play', 'training', 'answers', 'optimizer', 'watching'];
const OPEN_AT_FIRST: readonly ParameterGroup[] = ['play', 'training', 'answers'];

/** The parameters that a workshop link keeps out of sight; a locked preset fixes the loss, which is a layer of it. */
function useHiddenKeys(): readonly ParameterKey[] {
  return usePage(useShallow(({ hidden, locked }) => (locked ? [...hidden, 'loss' as const] : hidden)));
}

export function Parameters() {
  const speech = useSpeech();
  const { settings } = useSurroundings().lab;
  const hidden = useHiddenKeys();
  const [sought, setSought] = useState('');
  const changed = useSettings(useShallow((state) => changedKeys(state).filter((key) => !hidden.includes(key))));
  const parts = sought.toLocaleLowerCase().split(/\s+/);
  const rows = PARAMETER_LIST.filter(
    (row) => !hidden.includes(row.key) && parts.every((part) => searchText(speech, row).includes(part)),
  );
  return (
    <section className="parameters" aria-labelledby="parameters-title">
      <header>
        <h2 id="parameters-title">{speech.say('setup.parameters')}</h2>
        <input
          type="search"
          aria-label={speech.say('setup.search')}
          placeholder={speech.say('setup.search')}
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
        <button type="button" disabled={changed.length === 0} onClick={() => resetAll(settings, hidden)}>
          {speech.say('setup.reset.all')}
        </button>
        <span className="quiet" role="status">
          {speech.say(changed.length === 0 ? 'setup.changed.none' : 'setup.changed.count', { n: changed.length })}
        </span>
      </header>
      {rows.length === 0 && <Empty>{speech.say('setup.search.none')}</Empty>}
      {GROUPS.map((group) => (
        <Group
          // Found rows are in sight, whatever was closed before.
          key={`${group} ${sought.trim() !== ''}`}
          group={group}
          rows={rows.filter((row) => row.group === group)}
          changed={changed}
          open={sought.trim() !== '' || OPEN_AT_FIRST.includes(group)}
        />
      ))}
    </section>
  );
}

interface GroupProps {
  readonly group: ParameterGroup;
  readonly rows: readonly Parameter[];
  readonly changed: readonly ParameterKey[];
  readonly open: boolean;
}

function Group({ group, rows, changed, open }: GroupProps) {
  const speech = useSpeech();
  const status = useSession((state) => state.status);
  const played = useSession((state) => state.configuration);
  const wanted = useSettings((state) => state.configuration);
  const problems = useSettings((state) => state.problems);
  if (rows.length === 0) return null;
  const waiting = pendingChanges({ status, configuration: played }, wanted).restart;
  const count = rows.filter(({ key }) => changed.includes(key)).length;
  const wrong = rows.filter(({ key }) => problems.some(({ at }) => at === key)).length;
  return (
    <details className="parameter-group" data-group={group} open={open}>
      <summary>
        <h3>{speech.say(`group.${group}`)}</h3>
        <span className="quiet">{speech.say(`group.${group}.help`)}</span>
        {count > 0 && <span className="setup-mark">{speech.say('setup.changed.count', { n: count })}</span>}
        {wrong > 0 && <span className="setup-mark problem">{speech.say('setup.wrong.count', { n: wrong })}</span>}
      </summary>
      {rows.map((row) => (
        <ParameterRow key={row.key} row={row} waits={waiting.includes(row.key)} />
      ))}
    </details>
  );
}
