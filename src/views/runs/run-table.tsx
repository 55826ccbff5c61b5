// The kept runs: found by text, pinned and newest first, a queue's group as one row that opens.

import { useId, useMemo, useState } from 'react';
import type { RunEntry } from '../../lab/runs/kept-runs.ts';
import { changesSince, differing, found, groupHeadline, type ListedRun, runRows } from '../../lab/runs/run-list.ts';
import { parameterName } from '../../text/parameter-words.ts';
import { useSpeech } from '../common/lab-context.ts';
import { CompareSettings } from './compare-settings.tsx';
import { ImportButton } from './import-button.tsx';
import { OverlayBox } from './run-actions.tsx';
import { RunItem, RunMark } from './run-item.tsx';
import './run-table.css';
import { measureWords, searchText } from '../common/run-words.ts';

export function RunList({ entries }: { readonly entries: readonly RunEntry[] }) {
  const speech = useSpeech();
  const [wanted, setWanted] = useState('');
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => {
    return runRows(found(entries, wanted, (entry) => searchText(speech, entry)));
  }, [entries, wanted, speech]);
  const changes = useMemo(() => new Map(entries.map((entry) => [entry.id, changesSince(entry, entries)])), [entries]);
  const chosen = entries.filter(({ id }) => chosenIds.has(id));
  // Stable, so that choosing one run draws no other anew.
  const [choose] = useState(() => (id: string, on: boolean) => {
    setChosenIds((ids) => new Set(on ? [...ids, id] : [...ids].filter((other) => other !== id)));
  });
  const item = (entry: RunEntry) => (
    <RunItem
      key={entry.id}
      entry={entry}
      changes={changes.get(entry.id) ?? null}
      chosen={chosenIds.has(entry.id)}
      onChoose={choose}
    />
  );
  return (
    <>
      <div className="run-tools">
        <label>
          <span className="visually-hidden">{speech.say('runs.search')}</span>
          <input
            type="search"
            placeholder={speech.say('runs.search.placeholder')}
            value={wanted}
            onChange={({ target }) => setWanted(target.value)}
          />
        </label>
        <CompareSettings chosen={chosen} onNone={() => setChosenIds(new Set())} />
        <ImportButton />
      </div>
      {rows.length === 0 && <p role="status">{speech.say('runs.none')}</p>}
      <ul className="run-list" aria-label={speech.say('runs.list')}>
        {rows.map((row) =>
          row.kind === 'run' ? (
            item(row.entry)
          ) : (
            <Group key={`group ${row.group} ${row.entries[0]!.imported}`} row={row}>
              {row.entries.map(item)}
            </Group>
          ),
        )}
      </ul>
    </>
  );
}

interface GroupProps {
  readonly row: Extract<ListedRun, { kind: 'group' }>;
  readonly children: React.ReactNode;
}

function Group({ row: { group, entries }, children }: GroupProps) {
  const speech = useSpeech();
  const [open, setOpen] = useState(false);
  const id = useId();
  const keys = differing(entries.map(({ file }) => file.configuration));
  const names = keys.map((key) => parameterName(speech, { key })).join(speech.say('runs.and'));
  return (
    <li className="run-group">
      <div className="run">
        <span className="run-choice run-marks">
          {entries.slice(0, 3).map((entry) => (
            <RunMark key={entry.id} colour={entry.notes.colour} />
          ))}
        </span>
        <div className="run-words">
          <button
            type="button"
            className="bare run-opener"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <span aria-hidden="true">{open ? '▾' : '▸'}</span> {speech.say('runs.group', { name: group })}
          </button>
          <ul className="run-facts">
            <li>{speech.say('runs.group.count', { n: entries.length })}</li>
            <li>{names === '' ? speech.say('runs.group.same') : speech.say('runs.group.varies', { names })}</li>
          </ul>
        </div>
        <GroupNumbers entries={entries} />
        <div className="run-actions">
          <OverlayBox entries={entries} label={speech.say('runs.group.overlay', { name: group })} />
        </div>
      </div>
      <ul id={id} className="run-list" hidden={!open} aria-label={speech.say('runs.group', { name: group })}>
        {open && children}
      </ul>
    </li>
  );
}

function GroupNumbers({ entries }: { readonly entries: readonly RunEntry[] }) {
  const speech = useSpeech();
  const headline = groupHeadline(entries);
  if (headline === null) return <p className="quiet run-numbers">{speech.say('runs.headline.none')}</p>;
  const words = (value: number) => measureWords(speech, headline.measure, value);
  return (
    <p className="run-numbers">
      <span className="quiet">{speech.say(`runs.headline.${headline.measure}`)}</span>
      {speech.say('runs.group.headline', {
        n: headline.count,
        median: words(headline.median),
        low: words(headline.low),
        high: words(headline.high),
      })}
    </p>
  );
}
