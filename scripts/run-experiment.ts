// One experiment as a process of its own, so that two run side by side: `tsx scripts/run-experiment.ts REQUEST.json RESULT.json`.

import { renameSync, writeFileSync } from 'node:fs';
import { type ExperimentRequest, type ExperimentRow, experiment, readJsonFile } from './experiment.ts';

const [requestPath, resultPath] = process.argv.slice(2);
if (requestPath === undefined || resultPath === undefined) {
  process.stderr.write('usage: tsx scripts/run-experiment.ts REQUEST.json RESULT.json\n');
  process.exit(2);
}
const request = readJsonFile(requestPath) as ExperimentRequest;
const rows: ExperimentRow[] = [];
for await (const row of experiment(request)) {
  rows.push(row);
  process.stderr.write(
    `iteration ${row.iteration}: ${row.report.human_likeness?.toFixed(3)}, ${row.seconds.toFixed(0)} s\n`,
  );
}
writeFileSync(`${resultPath}.part`, JSON.stringify({ request, rows }));
renameSync(`${resultPath}.part`, resultPath);
