// What comes before the first event: which runtime and model the workers open, and the run's examples.

import type { Channel } from '../../../workers/messages/channel.ts';
import type { OpponentProtocol, PreparedRow, RowsChunk } from '../../../workers/messages/protocol.ts';
import type { BackendPlan } from '../players/backend.ts';
import type { WantedRuntime } from '../players/worker-pool.ts';
import type { FittedFile } from '../record/run-record.ts';
import { needRows } from '../settings/own-file.ts';
import type { Settings } from '../settings/settings-store.ts';
import type { Opening } from './session-store.ts';

/** @param base the page's own address, under which the runtime's files lie */
export const wantedRuntime = ({ backend, threads }: BackendPlan, base: string): WantedRuntime => ({
  backend,
  threads,
  runtimeBase: new URL('runtime/', base).href,
});

export interface RunRows {
  readonly training: readonly PreparedRow[];
  readonly validation: readonly PreparedRow[];
  /** The file that they come from and what became of its rows; null: the built-in world. */
  readonly file: FittedFile | null;
}

/** Has the examples made and encoded in the opponent's worker; they arrive in chunks. @throws OwnFileError and by name what `prepare` throws */
export async function prepareRows(
  opponent: Channel<OpponentProtocol>,
  { configuration, own }: Settings,
  onOpening: (opening: Opening) => void,
): Promise<RunRows> {
  const { iterations, examplesPerIteration, freshExamples } = configuration;
  const total = own?.rows ?? examplesPerIteration * (freshExamples ? iterations : 1);
  const chunks: RowsChunk[] = [];
  let done = 0;
  const { counts } = await opponent.call(
    'prepare',
    { source: own === null ? { kind: 'world' } : { kind: 'own', file: own }, configuration },
    {
      onProgress: (chunk) => {
        chunks.push(chunk);
        done += chunk.rows.length;
        onOpening({ what: 'data', done, total });
      },
    },
  );
  const all = (part: RowsChunk['part']) => chunks.filter((one) => one.part === part).flatMap(({ rows }) => rows);
  const file = own === null || counts === null ? null : { name: own.name, counts };
  if (file !== null) needRows(file.counts.kept, `Of ${file.name}, ${file.counts.kept} rows can be played on`);
  return { training: all('training'), validation: all('validation'), file };
}
