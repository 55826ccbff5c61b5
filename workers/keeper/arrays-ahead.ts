// Large arrays that arrive in pieces before the call that names them.

import type { RunSnapshot, TrainableValues } from '../../src/engine/models/parameter-set.ts';
import type { ArrayPiece, KeeperProtocol, ValuesByNumber } from '../messages/keeper-protocol.ts';

export class ArraysAhead {
  /** By run, then by number. */
  readonly #arrays = new Map<string, Float32Array[]>();

  add({ id, array, length, from, values }: ArrayPiece): void {
    const arrays = this.#arrays.get(id) ?? [];
    this.#arrays.set(id, arrays);
    // A first piece begins the array anew: what was sent ahead of a call that never came is forgotten.
    if (from === 0) arrays[array] = new Float32Array(length);
    arrays[array]?.set(values, from);
  }

  /** A snapshot with its arrays. @throws RangeError where one was not sent */
  snapshot(id: string, { opponent, player, ...rest }: KeeperProtocol['checkpoint']['params']['snapshot']): RunSnapshot {
    const array = this.#take(id);
    const part = ({ role, values }: ValuesByNumber): TrainableValues => ({ role, values: array(values) });
    const state = player && { weights: part(player.weights), slots: player.slots.map(array), steps: player.steps };
    return { ...rest, opponent: part(opponent), player: state };
  }

  /** @throws RangeError where they were not sent */
  weights(id: string, { role, values }: ValuesByNumber): TrainableValues {
    return { role, values: this.#take(id)(values) };
  }

  #take(id: string): (number: number) => Float32Array {
    const arrays = this.#arrays.get(id) ?? [];
    this.#arrays.delete(id);
    return (number) => {
      const found = arrays[number];
      if (found === undefined) throw new RangeError(`Array ${number} of the run ${id} was not sent ahead.`);
      return found;
    };
  }
}
