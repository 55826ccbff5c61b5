// The table as a file: the rows and columns that are shown, in their order.

import type { ComparedColumn, ComparedRow } from '../../lab/compare/comparing.ts';
import { comparisonCsv, comparisonLines } from '../../lab/compare/comparison-files.ts';
import type { Speech } from '../../text/language.ts';
import { download } from '../../ui/download.ts';

interface ExportButtonsProps {
  readonly rows: readonly ComparedRow[];
  readonly columns: readonly ComparedColumn[];
  readonly speech: Speech;
}

export function ExportButtons({ rows, columns, speech }: ExportButtonsProps) {
  const keys = columns.map(({ key }) => key);
  const save = (name: string, type: string, text: string) => download(new Blob([text], { type }), name);
  return (
    <div className="own-fields">
      <button
        type="button"
        disabled={rows.length === 0}
        onClick={() => save('spin-lab-answers.csv', 'text/csv', comparisonCsv(rows, keys))}
      >
        {speech.say('compare.export.csv')}
      </button>
      <button
        type="button"
        disabled={rows.length === 0}
        onClick={() => save('spin-lab-answers.jsonl', 'application/jsonl', comparisonLines(rows, keys))}
      >
        {speech.say('compare.export.jsonl')}
      </button>
      <span className="quiet">{speech.say('compare.export.rows', { n: rows.length })}</span>
    </div>
  );
}
