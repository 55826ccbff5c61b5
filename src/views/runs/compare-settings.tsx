// The settings in which the chosen runs differ, as a table in a dialog.

import { useState } from 'react';
import type { RunEntry } from '../../lab/runs/kept-runs.ts';
import { differing } from '../../lab/runs/run-list.ts';
import { parameterHelp, parameterName } from '../../text/parameter-words.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Scroller } from '../../ui/scroller.tsx';
import { useSpeech } from '../common/lab-context.ts';
import { measureWords, valueWords } from '../common/run-words.ts';
import { RunMark } from './run-item.tsx';

interface CompareProps {
  readonly chosen: readonly RunEntry[];
  readonly onNone: () => void;
}

export function CompareSettings({ chosen, onNone }: CompareProps) {
  const speech = useSpeech();
  const [open, setOpen] = useState(false);
  const few = chosen.length < 2;
  return (
    <>
      <span className="run-chosen">
        <button
          type="button"
          disabled={few}
          title={few ? speech.say('runs.compare.help') : undefined}
          onClick={() => setOpen(true)}
        >
          {speech.say('runs.compare')}
        </button>
        {chosen.length > 0 && (
          <>
            <span className="quiet" role="status">
              {speech.say('runs.compare.chosen', { n: chosen.length })}
            </span>
            <button type="button" className="bare" onClick={onNone}>
              {speech.say('runs.compare.none')}
            </button>
          </>
        )}
      </span>
      {open && (
        <Dialog
          label={speech.say('runs.compare.title')}
          className="compare-settings"
          closeLabel={speech.say('runs.compare.close')}
          onClose={() => setOpen(false)}
        >
          <SettingsTable chosen={chosen} />
        </Dialog>
      )}
    </>
  );
}

function SettingsTable({ chosen }: { readonly chosen: readonly RunEntry[] }) {
  const speech = useSpeech();
  const keys = differing(chosen.map(({ file }) => file.configuration));
  const measured = chosen.flatMap(({ headline }) => headline ?? []);
  const [first] = measured;
  return (
    <>
      {keys.length === 0 && <p>{speech.say('runs.compare.same')}</p>}
      <Scroller label={speech.say('runs.compare.scroll')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{speech.say('runs.compare.setting')}</th>
              {chosen.map(({ id, notes }) => (
                <th key={id} scope="col" translate="no">
                  <RunMark colour={notes.colour} /> {notes.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key}>
                <th scope="row" title={parameterHelp(speech, { key })}>
                  {parameterName(speech, { key })}
                </th>
                {chosen.map(({ id, file }) => (
                  <td key={id}>{valueWords(speech, file.configuration, key)}</td>
                ))}
              </tr>
            ))}
            {first !== undefined && (
              <tr>
                <th scope="row">{speech.say(`runs.headline.${first.measure}`)}</th>
                {chosen.map(({ id, headline }) => (
                  <td key={id}>
                    {headline?.measure === first.measure ? measureWords(speech, headline.measure, headline.after) : '–'}
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </Scroller>
    </>
  );
}
