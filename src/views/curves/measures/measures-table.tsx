// The measures before the run and after each iteration, each with its interval, and those of the supervised control below.

import type { Round } from '../../../lab/record/run-record.ts';
import type { Speech } from '../../../text/language.ts';
import { CellName, Scroller } from '../../../ui/scroller.tsx';
import { Empty } from '../../../ui/section.tsx';
import type { MeasureKey } from '../steps/curve-list.ts';
import { estimateFormat, estimateOf, measuresOf, placeName, placeOf } from './measure-interval.ts';

export interface MeasuresTableProps {
  readonly rounds: readonly Round[];
  readonly control: readonly Round[] | null;
  readonly speech: Speech;
}

export function MeasuresTable({ rounds, control, speech }: MeasuresTableProps) {
  const [first] = rounds;
  if (first === undefined) return <Empty>{speech.say('measures.empty')}</Empty>;
  const { samples, nll_n: prompts } = first.measures;
  return (
    <>
      <Table rounds={rounds} control={control ?? []} names={measuresOf(first)} speech={speech} />
      <p className="quiet">
        {speech.join(
          speech.say('measures.sampled', { samples: Number(samples), prompts: Number(prompts) }),
          'human_likeness' in first.measures ? '' : speech.say('measures.own'),
        )}
      </p>
    </>
  );
}

interface TableProps {
  readonly rounds: readonly Round[];
  readonly control: readonly Round[];
  readonly names: readonly MeasureKey[];
  readonly speech: Speech;
}

function Table({ rounds, control, names, speech }: TableProps) {
  const rows = [
    ...rounds.map((round) => ({ round, key: `run ${placeOf(round)}`, name: placeName(speech, placeOf(round)) })),
    // The control begins at the same base.
    ...control
      .filter(({ moment }) => moment === 'after')
      .map((round) => ({
        round,
        key: `control ${placeOf(round)}`,
        name: speech.say('measures.control', { n: placeOf(round) }),
      })),
  ];
  return (
    <Scroller label={speech.say('measures.scroll')}>
      <table className="measures-table">
        <thead>
          <tr>
            <th scope="col">{speech.say('measures.when')}</th>
            {names.map((name) => (
              <th scope="col" key={name} title={speech.say(`measures.${name}.help`)}>
                {speech.say(`measures.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ round, key, name: head }) => (
            <tr key={key}>
              <th scope="row">{head}</th>
              {names.map((name) => (
                <MeasureCell key={name} {...{ round, name, speech }} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

interface CellProps {
  readonly round: Round;
  readonly name: MeasureKey;
  readonly speech: Speech;
}

function MeasureCell({ round, name, speech }: CellProps) {
  const label = <CellName>{speech.say(`measures.${name}`)}</CellName>;
  const estimate = estimateOf(round, name);
  if (estimate === null) return <td>{label}–</td>;
  const { value, low, high } = estimate;
  const format = estimateFormat(speech, name);
  return (
    <td>
      {label}
      {format(value)}
      {low !== null && high !== null && (
        <span className="interval">{speech.say('measures.interval', { low: format(low), high: format(high) })}</span>
      )}
    </td>
  );
}
