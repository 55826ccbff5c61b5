// The world's measures before the run and after each iteration, each with its interval.

import type { Round } from '../lab/record.ts';
import type { Speech } from '../text/language.ts';
import { Scroller } from '../ui/scroller.tsx';
import { Empty, Section } from '../ui/section.tsx';
import { roundName } from './answers-table.tsx';
import { useRecord, useSettings, useSpeech } from './lab-context.ts';

const WORLD_MEASURES = ['humanLikeness', 'klForward', 'klReverse', 'diversity'] as const;
type WorldMeasure = (typeof WORLD_MEASURES)[number];
const SHARES: ReadonlySet<WorldMeasure> = new Set<WorldMeasure>(['humanLikeness', 'diversity']);

export function MeasuresTable() {
  const speech = useSpeech();
  const { rounds } = useRecord();
  return (
    <Section id="measures" title={speech.say('measures.title')}>
      {rounds.length === 0 ? <Empty>{speech.say('measures.empty')}</Empty> : <Table rounds={rounds} speech={speech} />}
    </Section>
  );
}

function Table({ rounds, speech }: { readonly rounds: readonly Round[]; readonly speech: Speech }) {
  const { evaluationPrompts } = useSettings((settings) => settings.configuration);
  const overall = rounds[0]?.report.overall;
  const columns = overall === undefined ? [] : WORLD_MEASURES;
  return (
    <>
      <Scroller label={speech.say('measures.scroll')}>
        <table className="measures-table">
          <thead>
            <tr>
              <th scope="col">{speech.say('measures.when')}</th>
              {[...columns, 'nll' as const].map((name) => (
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
                {columns.map((name) => (
                  <MeasureCell key={name} round={round} name={name} speech={speech} />
                ))}
                <td>{speech.number(round.report.nll, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      <p className="quiet">
        {overall === undefined
          ? speech.say('measures.own')
          : speech.say('measures.sampled', {
              samples: overall.samples,
              prompts: Math.min(evaluationPrompts, overall.humanLikeness.count),
            })}
      </p>
    </>
  );
}

function MeasureCell({
  round,
  name,
  speech,
}: {
  readonly round: Round;
  readonly name: WorldMeasure;
  readonly speech: Speech;
}) {
  const measure = round.report.overall?.[name];
  if (measure === undefined || !Number.isFinite(measure.value)) return <td>–</td>;
  const format = (value: number) => (SHARES.has(name) ? speech.percent(value, 1) : speech.number(value, 2));
  return (
    <td>
      {format(measure.value)}
      <span className="interval">
        {speech.say('measures.interval', { low: format(measure.low), high: format(measure.high) })}
      </span>
    </td>
  );
}
