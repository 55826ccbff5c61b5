// The frame of every chart: its caption, its numbers in words, its menu, the plot and the table of it.

import { type ReactNode, type RefObject, useRef, useState } from 'react';
import type { Speech } from '../../text/language.ts';
import { download, fileName } from '../download.ts';
import { ChartMenu } from './chart-menu.tsx';
import { type ChartTable, csvOf } from './chart-table.ts';
import { ChartTableView } from './chart-table-view.tsx';
import { chartPng, chartSvg, type LegendEntry } from './picture.ts';
import { useWidth } from './use-width.ts';
import './chart.css';

export interface ChartFigureProps {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly unit: string;
  readonly xLabel: string;
  /** Where it is not the unit. */
  readonly yLabel?: string;
  /** The run's name, for pictures and files. */
  readonly run: string;
  readonly legend: readonly LegendEntry[];
  /** The numbers at the cursor, or the latest. */
  readonly readout: ReactNode;
  /** The chart in words. */
  readonly label: string;
  readonly note?: string;
  readonly speech: Speech;
  readonly figure: RefObject<HTMLElement | null>;
  /** All numbers of the chart, made when they are asked for. */
  readonly table: () => ChartTable;
  readonly onWhole?: (() => void) | null;
  /** The picture at a width in pixels; null: it is not there yet. */
  readonly plot: (width: number) => ReactNode;
  /** What lies over the plot. */
  readonly over?: (width: number) => ReactNode;
}

export function ChartFigure(props: ChartFigureProps) {
  const { id, title, help, unit, readout, label, note = '', speech, figure, table, onWhole = null, plot, over } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [tableShown, setTableShown] = useState(false);
  return (
    <figure ref={figure} id={id} className="chart-figure" tabIndex={-1}>
      <figcaption>
        <span className="chart-title" title={help}>
          {title}
        </span>
        <span className="quiet chart-unit">{unit}</span>
        <ChartMenu
          {...{ title, speech, tableShown, onWhole }}
          onTable={() => setTableShown(!tableShown)}
          {...exports(frame, props)}
        />
        <span className="readout">{readout}</span>
      </figcaption>
      <div className="plot" ref={frame}>
        <div role="img" aria-label={label}>
          {width > 0 && plot(width)}
        </div>
        {width > 0 && over?.(width)}
      </div>
      {note !== '' && <p className="quiet chart-note">{note}</p>}
      {tableShown && <ChartTableView title={title} table={table()} speech={speech} />}
    </figure>
  );
}

function exports(frame: RefObject<HTMLDivElement | null>, props: ChartFigureProps) {
  const { title, unit, run, xLabel, yLabel = unit, legend, table } = props;
  const name = fileName(run, title);
  const withPicture = (save: (svg: string) => void) => () => {
    const svg = frame.current?.querySelector('svg');
    if (svg) save(chartSvg(svg, { title, run, xLabel, yLabel, legend }));
  };
  return {
    onSvg: withPicture((svg) => download(new Blob([svg], { type: 'image/svg+xml' }), `${name}.svg`)),
    onPng: withPicture((svg) => void chartPng(svg).then((png) => download(png, `${name}.png`))),
    // The mark at the beginning tells spreadsheets that it is UTF-8.
    onCsv: () => download(new Blob(['\ufeff', csvOf(table())], { type: 'text/csv' }), `${name}.csv`),
  };
}
