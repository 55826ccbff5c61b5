// One kept run: its mark and name, how it stands, what it changed, what came of it, and what can be done with it.

import { memo } from 'react';
import { BUILT_IN_MODEL_NAME, WORLD_NAME } from '../../folder/run-file.ts';
import type { RunEntry } from '../../lab/runs/kept-runs.ts';
import type { Changes } from '../../lab/runs/run-list.ts';
import { optionName } from '../../text/parameter-words.ts';
import { useSession, useShown, useSpeech } from '../common/lab-context.ts';
import {
  changeWords,
  measureWords,
  presetWords,
  type RunStanding,
  sizeWords,
  standingOf,
  standingWords,
  timeWords,
  whenWords,
} from '../common/run-words.ts';
import { useNow, useRuns } from './hooks.ts';
import { RunName, RunNotesField } from './note-fields.tsx';
import { RunActions } from './run-actions.tsx';

export interface RunItemProps {
  readonly entry: RunEntry;
  readonly changes: Changes | null;
  readonly chosen: boolean;
  readonly onChoose: (id: string, chosen: boolean) => void;
}

export const RunItem = memo(function RunItem({ entry, changes, chosen, onChoose }: RunItemProps) {
  const speech = useSpeech();
  const status = useSession((state) => state.status);
  const runId = useSession((state) => state.runId);
  const playedElsewhere = useRuns((state) => state.playedElsewhere);
  const shown = useShown((state) => state.entry?.id === entry.id);
  const standing = standingOf(entry, { runId, status }, playedElsewhere);
  const { name, colour } = entry.notes;
  return (
    <li className="run" aria-current={shown ? 'true' : undefined}>
      <label className="check run-choice">
        <input
          type="checkbox"
          aria-label={speech.say('runs.choose', { name })}
          checked={chosen}
          onChange={({ target }) => onChoose(entry.id, target.checked)}
        />
        <RunMark colour={colour} />
      </label>
      <div className="run-words">
        <RunName entry={entry} />
        <RunStands entry={entry} standing={standing} shown={shown} />
        <p className="quiet">{changeWords(speech, entry, changes)}</p>
        <RunNotesField entry={entry} />
      </div>
      <RunNumbers entry={entry} />
      <RunActions entry={entry} standing={standing} />
    </li>
  );
});

/** A run's colour, as in the charts. */
export function RunMark({ colour }: { readonly colour: number }) {
  return <span className="run-mark" style={{ background: `var(--run-${colour})` }} aria-hidden="true" />;
}

interface StandsProps {
  readonly entry: RunEntry;
  readonly standing: RunStanding;
  readonly shown: boolean;
}

function RunStands({ entry, standing, shown }: StandsProps) {
  const speech = useSpeech();
  const { configuration, data, model } = entry.file;
  return (
    <ul className="run-facts">
      <li data-standing={standing}>{standingWords(speech, entry, standing)}</li>
      {shown && <li>{speech.say('runs.shown')}</li>}
      {entry.notes.pinned && <li>{speech.say('runs.pinned')}</li>}
      {entry.imported && <li>{speech.say('runs.imported')}</li>}
      {entry.notes.preset !== '' && <li>{presetWords(speech, entry.notes.preset)}</li>}
      {configuration.control !== 'none' && <li>{optionName(speech, { key: 'control' }, configuration.control)}</li>}
      {data.source !== WORLD_NAME && <Named name={speech.say('runs.data')} value={data.source} />}
      {model.folder !== BUILT_IN_MODEL_NAME && <Named name={speech.say('runs.model')} value={model.folder} />}
    </ul>
  );
}

function Named({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <li>
      {name} <span translate="no">{value}</span>
    </li>
  );
}

function RunNumbers({ entry }: { readonly entry: RunEntry }) {
  const speech = useSpeech();
  const now = useNow();
  const { headline, bytes, file } = entry;
  return (
    <div className="run-numbers">
      {headline === null ? (
        <p className="quiet">{speech.say('runs.headline.none')}</p>
      ) : (
        <p>
          <span className="quiet">{speech.say(`runs.headline.${headline.measure}`)}</span>
          <strong>
            {speech.say('runs.headline.change', {
              before: measureWords(speech, headline.measure, headline.before),
              after: measureWords(speech, headline.measure, headline.after),
            })}
          </strong>
        </p>
      )}
      <p className="quiet">
        <time dateTime={file.started} title={timeWords(speech, file.started)}>
          {whenWords(speech, file.started, now)}
        </time>
        {' · '}
        {sizeWords(speech, bytes)}
      </p>
    </div>
  );
}
