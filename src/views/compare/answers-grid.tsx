// The table: prompts down, columns across, each answer marked against another. Rows come a screenful at a time.

import { memo, useId, useState } from 'react';
import type { ColumnKey, ComparedAnswer, ComparedColumn, ComparedRow } from '../../lab/compare/comparing.ts';
import { groupRows } from '../../lab/compare/row-filter.ts';
import type { Speech } from '../../text/language.ts';
import { Scroller } from '../../ui/scroller.tsx';
import { AnswerCell } from './answer-cell.tsx';
import { ColumnName, groupName, intervalWords, shareOf } from './column-names.tsx';
import { languageOf, type Marks } from './marked-text.tsx';
import './answers-grid.css';

/** More rows than this wait until they are asked for, so that filters and marks answer at once. */
const ROWS_AT_ONCE = 24;

export interface AnswersGridProps {
  readonly columns: readonly ComparedColumn[];
  /** Sorted and filtered. */
  readonly rows: readonly ComparedRow[];
  readonly reference: ColumnKey | 'left';
  readonly marks: Marks;
  /** The column of the iteration that the page looks at. */
  readonly current: ColumnKey | null;
  readonly stars: ReadonlySet<string>;
  readonly onStar: (row: string) => void;
  readonly grouped: boolean;
  readonly closed: ReadonlySet<string>;
  readonly onToggle: (group: string) => void;
  readonly onRead: (row: string) => void;
  readonly speech: Speech;
}

export function AnswersGrid(props: AnswersGridProps) {
  const { columns, rows, grouped, closed, speech } = props;
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  const groups = grouped ? groupRows(rows) : [{ name: '', rows }];
  let left = shown;
  const bodies = groups.map((group) => {
    const open = !grouped || !closed.has(group.name);
    const visible = open ? group.rows.slice(0, left) : [];
    left -= visible.length;
    return { ...group, open, visible, waiting: open ? group.rows.length - visible.length : 0 };
  });
  const waiting = bodies.reduce((sum, body) => sum + body.waiting, 0);
  return (
    <>
      <Scroller label={speech.say('compare.scroll')}>
        <table className="compare-table" style={{ ['--columns' as string]: columns.length + 1 }}>
          <GridHead columns={columns} current={props.current} speech={speech} />
          {bodies.map((body) => (
            <tbody key={body.name}>
              {grouped && (
                <GroupRow
                  name={body.name}
                  open={body.open}
                  count={body.rows.length}
                  span={columns.length + 1}
                  onToggle={props.onToggle}
                  speech={speech}
                />
              )}
              {body.visible.map((row) => (
                <GridRow
                  key={row.key}
                  row={row}
                  columns={columns}
                  reference={props.reference}
                  marks={props.marks}
                  current={props.current}
                  starred={props.stars.has(row.key)}
                  onStar={props.onStar}
                  onRead={props.onRead}
                  speech={speech}
                />
              ))}
            </tbody>
          ))}
        </table>
      </Scroller>
      {waiting > 0 && (
        <button type="button" className="more" onClick={() => setShown(shown + 2 * ROWS_AT_ONCE)}>
          {speech.say('compare.more', { n: waiting })}
        </button>
      )}
    </>
  );
}

type GridHeadProps = Pick<AnswersGridProps, 'columns' | 'current' | 'speech'>;

function GridHead({ columns, current, speech }: GridHeadProps) {
  return (
    <thead>
      <tr>
        <th scope="col">{speech.say('compare.prompt')}</th>
        {columns.map((column) => {
          const share = shareOf(speech, column.measures);
          return (
            <th scope="col" key={column.key} aria-current={column.key === current ? 'true' : undefined}>
              <ColumnName column={column} speech={speech} />
              {share !== null && (
                <span className="column-share" title={share.help}>
                  {share.name} <strong>{speech.percent(share.value)}</strong>{' '}
                  {share.low !== null && share.high !== null && (
                    <span className="quiet">{intervalWords(speech, { low: share.low, high: share.high })}</span>
                  )}
                </span>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface GroupRowProps extends Pick<AnswersGridProps, 'onToggle' | 'speech'> {
  readonly name: string;
  readonly open: boolean;
  readonly count: number;
  readonly span: number;
}

function GroupRow({ name, open, count, span, onToggle, speech }: GroupRowProps) {
  return (
    <tr className="group">
      <th scope="rowgroup" colSpan={span}>
        <button type="button" aria-expanded={open} onClick={() => onToggle(name)}>
          <span aria-hidden="true">{open ? '▾' : '▸'} </span>
          {speech.say('compare.group', { name: groupName(speech, name), n: count })}
        </button>
      </th>
    </tr>
  );
}

interface GridRowProps
  extends Pick<AnswersGridProps, 'columns' | 'reference' | 'marks' | 'current' | 'onStar' | 'onRead' | 'speech'> {
  readonly row: ComparedRow;
  readonly starred: boolean;
}

const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, columns, reference, marks, current, starred, onStar, onRead, speech } = props;
  const id = useId();
  return (
    <tr>
      <th scope="row">
        <div className="row-head">
          <button
            type="button"
            className="prompt"
            title={speech.say('compare.read')}
            lang={languageOf(row.family === null ? undefined : null)}
            translate="no"
            id={id}
            onClick={() => onRead(row.key)}
          >
            {row.prompt}
          </button>
          <StarButton starred={starred} describedBy={id} onClick={() => onStar(row.key)} speech={speech} />
        </div>
      </th>
      {columns.map((column, at) => (
        <AnswerCell
          key={column.key}
          column={column}
          answer={row.cells.get(column.key)}
          reference={referenceOf(row, columns, at, reference)}
          marks={marks}
          current={column.key === current}
          speech={speech}
        />
      ))}
    </tr>
  );
});

interface StarButtonProps {
  readonly starred: boolean;
  /** The id of what is starred. */
  readonly describedBy: string;
  readonly onClick: () => void;
  readonly speech: Speech;
}

export function StarButton({ starred, describedBy, onClick, speech }: StarButtonProps) {
  return (
    <button
      type="button"
      className="star"
      aria-pressed={starred}
      aria-label={speech.say('compare.star')}
      aria-describedby={describedBy}
      onClick={onClick}
    >
      <span aria-hidden="true">{starred ? '★' : '☆'}</span>
    </button>
  );
}

function referenceOf(
  { cells }: ComparedRow,
  columns: readonly ComparedColumn[],
  at: number,
  reference: ColumnKey | 'left',
): ComparedAnswer | undefined {
  const key = reference === 'left' ? columns[at - 1]?.key : reference;
  return key === undefined ? undefined : cells.get(key);
}
