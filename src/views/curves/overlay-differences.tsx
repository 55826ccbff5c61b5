// In which settings the runs laid over differ from the one that is looked at. Computes nothing.

import { PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import type { Speech } from '../../text/language.ts';
import { optionName, parameterName } from '../../text/parameter-words.ts';
import { RunMark } from '../../ui/run-mark.tsx';
import { type DrawnRun, grouped, type Members, membersName, type OverlaidRun } from './steps/drawn-run.ts';

export interface DifferencesProps {
  readonly run: DrawnRun;
  readonly overlays: readonly OverlaidRun[];
  readonly speech: Speech;
}

/** More settings than these are not named. */
const MOST_NAMED = 6;

type Key = OverlaidRun['differs'][number];

export function Differences({ run, overlays, speech }: DifferencesProps) {
  if (overlays.length === 0) return null;
  return (
    <ul className="differences">
      {grouped(overlays).map((members) => (
        <li key={members[0].id}>
          <RunMark colour={members[0].colour} />
          <span>
            {speech.say('curves.differs', {
              name: membersName(members),
              settings: settingsWords(run, members, speech),
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}

function settingsWords(run: DrawnRun, members: Members, speech: Speech): string {
  const keys = [...new Set(members.flatMap(({ differs }) => differs))];
  if (keys.length === 0) return speech.say('curves.same');
  const named = keys.slice(0, MOST_NAMED).map((key) => {
    const theirs = [...new Set(members.map((member) => valueWords(member, key, speech)))];
    return speech.say('curves.differs.value', {
      setting: parameterName(speech, { key }),
      theirs: theirs.join(speech.say('curves.listed')),
      ours: valueWords(run, key, speech),
    });
  });
  const more = keys.length - named.length;
  return [...named, ...(more > 0 ? [speech.say('curves.differs.more', { n: more })] : [])].join(
    speech.say('curves.listed'),
  );
}

function valueWords({ record: { configuration } }: DrawnRun, key: Key, speech: Speech): string {
  const value = configuration?.[key];
  if (value === undefined) return '–';
  if (PARAMETERS[key].kind === 'choice') return optionName(speech, { key }, value as string | number);
  return [value].flat().map(String).join(speech.say('curves.listed'));
}
