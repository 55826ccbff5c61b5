// Large arrays on their way to the keeper. A page copies whatever it sends while it does nothing else, so they go ahead of the call that
// names them, in pieces, each in a task of its own.

import type { TrainableValues, TrainingState } from '../../engine/models/parameter-set.ts';
import type { Snapshot } from '../../spin/events.ts';
import type { KeeperClient } from './keeper-client.ts';

/** 4 MiB: copied within a frame on the slowest machines. */
const PIECE = 2 ** 20;

/** As `checkpoint` of the keeper. */
export async function sendCheckpoint(
  keeper: KeeperClient,
  id: string,
  snapshot: Snapshot<TrainableValues, TrainingState>,
): Promise<void> {
  const { opponent, player, ...rest } = snapshot;
  const arrays = player === null ? [] : [player.weights.values, ...player.slots];
  await sendAhead(keeper, id, [opponent.values, ...arrays]);
  const numbered = ({ role }: TrainableValues, values: number) => ({ role, values });
  const state = player && {
    weights: numbered(player.weights, 1),
    slots: player.slots.map((_, i) => i + 2),
    steps: player.steps,
  };
  await keeper.call('checkpoint', { id, snapshot: { ...rest, opponent: numbered(opponent, 0), player: state } });
}

/** As `saveModel` of the keeper. */
export async function sendModel(
  keeper: KeeperClient,
  id: string,
  iteration: number,
  weights: TrainableValues,
): Promise<void> {
  await sendAhead(keeper, id, [weights.values]);
  await keeper.call('saveModel', { id, iteration, weights: { role: weights.role, values: 0 } });
}

async function sendAhead(keeper: KeeperClient, id: string, arrays: readonly Float32Array[]): Promise<void> {
  for (const [array, values] of arrays.entries()) {
    for (let from = 0; from < values.length; from += PIECE) {
      const piece = values.slice(from, from + PIECE);
      const sent = { id, array, length: values.length, from, values: piece };
      await keeper.call('ahead', sent, { transfer: [piece.buffer] });
    }
  }
}
