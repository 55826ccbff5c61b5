// What the lines mean: players by colour where there is one run; runs by colour and players by dash where there are several.

import type { Speech } from '../../text/language.ts';
import { type DrawnRun, grouped, membersName, type OverlaidRun, runColour } from './steps/drawn-run.ts';

export interface LegendProps {
  readonly run: DrawnRun;
  readonly overlays: readonly OverlaidRun[];
  readonly control: boolean;
  readonly speech: Speech;
}

export function Legend({ run, overlays, control, speech }: LegendProps) {
  const several = overlays.length > 0;
  return (
    <ul className="legend">
      {several
        ? entriesOf(run, overlays, speech).map(({ key, name, colour }) => (
            <Key key={key} name={name} colour={runColour(colour)} own />
          ))
        : [<Key key="player" name={speech.say('who.player')} colour="var(--player)" />]}
      <Key name={speech.say('curves.real')} colour="var(--human)" />
      <Key name={speech.say('curves.generated')} colour={several ? 'var(--human)' : 'var(--opponent)'} dashed />
      {control && <Key name={speech.say('curves.control')} colour="var(--control)" dashed />}
      <Key name={speech.say('curves.boundary')} upright />
      <li className="quiet keys">{speech.say('curves.keys')}</li>
    </ul>
  );
}

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly colour: number;
}

function entriesOf(run: DrawnRun, overlays: readonly OverlaidRun[], speech: Speech): readonly Entry[] {
  const others = grouped(overlays).map((members): Entry => {
    const [{ id, colour }] = members;
    const name = membersName(members);
    return { key: id, colour, name: members.length === 1 ? name : `${name} (${speech.say('curves.band')})` };
  });
  return [{ key: 'shown', name: run.name, colour: run.colour }, ...others];
}

interface KeyProps {
  readonly name: string;
  readonly colour?: string;
  readonly dashed?: boolean;
  readonly upright?: boolean;
  /** A name that somebody gave: no language's. */
  readonly own?: boolean;
}

function Key({ name, colour = 'var(--line-strong)', dashed = false, upright = false, own = false }: KeyProps) {
  return (
    <li>
      <svg width="24" height="12" aria-hidden="true">
        <path
          d={upright ? 'M12 0v12' : 'M0 6h24'}
          stroke={colour}
          strokeWidth={upright ? 1 : 2}
          strokeDasharray={upright ? '2 3' : dashed ? '5 3' : undefined}
        />
      </svg>
      <span translate={own ? 'no' : undefined}>{name}</span>
    </li>
  );
}
