// Compare: what base, iterations, control and people answered to the same prompts, as a table, one prompt at a time, or blind.

import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import { browserStorage } from '../../lab/browser/browser-storage.ts';
import { type Comparison, compare, ownRows } from '../../lab/compare/comparing.ts';
import { filterRows, type RowLook, sortRows } from '../../lab/compare/row-filter.ts';
import { createStars } from '../../lab/compare/stars.ts';
import type { RunRecord } from '../../lab/record/run-record.ts';
import { Empty, Section } from '../../ui/section.tsx';
import { usePage, useRecord, useShown, useSpeech, useSurroundings } from '../common/lab-context.ts';
import { AnswersGrid } from './answers-grid.tsx';
import { BlindPanel } from './blind-panel.tsx';
import { ColumnChoice, MarkChoice } from './column-choice.tsx';
import {
  chosenColumns,
  chosenPair,
  MODES,
  type RunTools,
  toolsOf,
  useChangeCompare,
  useCompare,
} from './compare-state.ts';
import { ExportButtons } from './export-buttons.tsx';
import { FilterBar } from './filter-bar.tsx';
import type { Marks } from './marked-text.tsx';
import { OwnPromptsPanel } from './own-prompts-panel.tsx';
import { Reading } from './reading.tsx';
import { PairChoice, TallyLine } from './tally-line.tsx';
import './compare-view.css';

export function Compare() {
  const speech = useSpeech();
  const record = useRecord();
  const { lab } = useSurroundings();
  const loading = useShown((state) => state.loading);
  const tools = toolsOf(lab, record);
  const comparison = useComparison(record, tools);
  return (
    <Section id="compare" title={speech.say('compare.title')}>
      {comparison.rows.length > 0 ? (
        <Whole comparison={comparison} record={record} tools={tools} />
      ) : loading === null ? (
        <Empty>{speech.say('compare.empty')}</Empty>
      ) : (
        <p role="status">
          <progress aria-label={speech.say('compare.loading')} value={loading} /> {speech.say('compare.loading')}
        </p>
      )}
    </Section>
  );
}

function useComparison({ rounds, configuration }: RunRecord, { own }: RunTools): Comparison {
  const control = useStore(useSurroundings().lab.overlays.store, (state) => state.control);
  const answers = useStore(own.store, (state) => state.answers);
  const supervised = configuration?.control === 'supervised';
  const kept = useMemo(() => compare(rounds, control, supervised), [rounds, control, supervised]);
  return useMemo(() => ({ columns: kept.columns, rows: [...ownRows(answers), ...kept.rows] }), [kept, answers]);
}

interface WholeProps {
  readonly comparison: Comparison;
  readonly record: RunRecord;
  readonly tools: RunTools;
}

function Whole({ comparison, record, tools }: WholeProps) {
  const speech = useSpeech();
  const mode = useCompare((state) => state.mode);
  const change = useChangeCompare();
  return (
    <>
      <fieldset className="chips modes" aria-label={speech.say('compare.mode')}>
        {MODES.map((one) => (
          <button
            key={one}
            type="button"
            className="chip-button"
            aria-pressed={mode === one}
            onClick={() => change({ mode: one })}
          >
            {speech.say(`compare.mode.${one}`)}
          </button>
        ))}
      </fieldset>
      {mode === 'blind' ? (
        <BlindPanel blind={tools.blind} record={record} columns={comparison.columns} speech={speech} />
      ) : (
        <Rows comparison={comparison} tools={tools} />
      )}
    </>
  );
}

function Rows({ comparison, tools }: Omit<WholeProps, 'record'>) {
  const speech = useSpeech();
  const change = useChangeCompare();
  const iteration = usePage((state) => state.iteration);
  const {
    mode,
    chosen,
    pair: wanted,
    reference,
    marking,
    matches,
    filter,
    sort,
    closed,
  } = useCompare((state) => state);
  const { stars, onStar } = useStars();
  const { columns, rows } = comparison;
  const visible = useMemo(() => chosenColumns(columns, chosen), [columns, chosen]);
  const pair = useMemo(() => chosenPair(columns, wanted, iteration), [columns, wanted, iteration]);
  const looking = useMemo<RowLook>(() => ({ filter, pair, stars }), [filter, pair, stars]);
  const found = useMemo(() => sortRows(filterRows(rows, looking), sort, pair), [rows, looking, sort, pair]);
  const tokens = useMemo(
    () => rows.some(({ cells }) => [...cells.values()].some((cell) => cell.tokens !== null)),
    [rows],
  );
  const marks = useMemo<Marks>(() => ({ marking, matches }), [marking, matches]);
  const onRead = useCallback((row: string) => change({ mode: 'reading', reading: row }), [change]);
  const onToggle = (group: string) => {
    const now = new Set(closed);
    if (!now.delete(group)) now.add(group);
    change({ closed: now });
  };
  return (
    <>
      <OwnPromptsPanel own={tools.own} speech={speech} />
      {mode === 'table' && <ColumnChoice columns={columns} chosen={visible} speech={speech} />}
      {mode === 'table' ? (
        <TallyLine columns={columns} rows={rows} pair={pair} group={filter.group} speech={speech} />
      ) : (
        <PairChoice columns={columns} pair={pair} speech={speech} />
      )}
      <FilterBar rows={rows} looking={looking} speech={speech}>
        <MarkChoice columns={mode === 'table' ? columns : null} tokens={tokens} speech={speech} />
      </FilterBar>
      {mode === 'reading' ? (
        <Reading
          columns={columns}
          rows={found}
          pair={pair}
          marks={marks}
          stars={stars}
          onStar={onStar}
          speech={speech}
        />
      ) : found.length === 0 ? (
        <Empty>{speech.say('compare.nothing')}</Empty>
      ) : (
        <AnswersGrid
          columns={visible}
          rows={found}
          reference={reference}
          marks={marks}
          current={iteration === null ? null : `iteration-${iteration}`}
          stars={stars}
          onStar={onStar}
          grouped={sort === 'family'}
          closed={closed}
          onToggle={onToggle}
          onRead={onRead}
          speech={speech}
        />
      )}
      <ExportButtons rows={found} columns={visible} speech={speech} />
    </>
  );
}

function useStars() {
  const run = useShown(({ entry, source }) => entry?.id ?? (source === 'example' ? source : null));
  const stars = useMemo(() => createStars(run, browserStorage()), [run]);
  return { stars: useStore(stars.store), onStar: stars.toggle };
}
