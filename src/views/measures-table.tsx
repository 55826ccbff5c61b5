// The world's measures before the run and after each iteration, each with its interval.

import type { EstimateFields } from '../judge/measure-fields.ts';
import type { Round } from '../lab/record.ts';
import type { Speech } from '../text/language.ts';
import { CellName, Scroller } from '../ui/scroller.tsx';
import { Empty, Section } from '../ui/section.tsx';
import { roundName } from './answers-table.tsx';
import { useRecord, useSpeech } from './lab-context.ts';

const WORLD_MEASURES = ['human_likeness', 'kl_forward', 'kl_reverse', 'diversity', 'nll'] as const;
const DATA_MEASURES = ['nll', 'exact_match', 'distinct', 'ended', 'mean_length'] as const;
type MeasureName = (typeof WORLD_MEASURES)[number] | (typeof DATA_MEASURES)[number];
const SHARES: ReadonlySet<MeasureName> = new Set<MeasureName>([
  'human_likeness',
  'diversity',
  'exact_match',
  'distinct',
  'ended',
]);
type Fields = Round['report']['measures'];

export function MeasuresTable() {
  const speech = useSpeech();
  const { rounds } = useRecord();
  const fields = rounds[0]?.report.measures;
  return (
    <Section id="measures" title={speech.say('measures.title')}>
      {fields === undefined ? (
        <Empty>{speech.say('measures.empty')}</Empty>
      ) : (
        <>
          <Table rounds={rounds} names={'human_likeness' in fields ? WORLD_MEASURES : DATA_MEASURES} speech={speech} />
          <p className="quiet">
            {speech.say('measures.sampled', { samples: fields.samples, prompts: fields.nll_n })}{' '}
            {!('human_likeness' in fields) && speech.say('measures.own')}
          </p>
        </>
      )}
    </Section>
  );
}

interface TableProps {
  readonly rounds: readonly Round[];
  readonly names: readonly MeasureName[];
  readonly speech: Speech;
}

function Table({ rounds, names, speech }: TableProps) {
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
          {rounds.map((round) => (
            <tr key={`${round.moment} ${round.iteration}`}>
              <th scope="row">{roundName(speech, round)}</th>
              {names.map((name) => (
                <MeasureCell key={name} fields={round.report.measures} name={name} speech={speech} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function MeasureCell({
  fields,
  name,
  speech,
}: {
  readonly fields: Fields;
  readonly name: MeasureName;
  readonly speech: Speech;
}) {
  const { [name]: value, [`${name}_ci95` as const]: interval } = fields as Partial<EstimateFields<MeasureName>>;
  const label = <CellName>{speech.say(`measures.${name}`)}</CellName>;
  if (value === null || value === undefined) return <td>{label}–</td>;
  const format = (one: number) => (SHARES.has(name) ? speech.percent(one, 1) : speech.number(one, 2));
  const [low, high] = interval ?? [null, null];
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
