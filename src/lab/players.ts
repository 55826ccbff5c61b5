// The two players behind their workers: started, opened, called, and started again when one has died. Knows the protocol, no loop.

import { Channel, type Endpoint, type Span } from '../../workers/channel.ts';
import type {
  DrawnAnswer,
  LoadProgress,
  Opened,
  OpenRequest,
  OpponentProtocol,
  PlayerProtocol,
  PlayerState,
  Weights,
} from '../../workers/protocol.ts';
import type { Opponent, Player } from '../spin/players.ts';
import type { PlayerName, WorkSpan } from './activity.ts';
import { runtimeProgram } from './runtime-program.ts';

/** A worker, or what stands in for one in a test. */
export interface WorkerHandle {
  readonly endpoint: Endpoint;
  terminate(): void;
}

export type StartWorker = (who: PlayerName) => WorkerHandle;

/** What is to be opened; the program of the runtime is found by the pool. */
export type Wanted = Omit<OpenRequest, 'program'>;

export interface Players {
  readonly opponent: Channel<OpponentProtocol>;
  readonly player: Channel<PlayerProtocol>;
  /** The main player's report; the opponent's is the same but for its worker. */
  readonly opened: Opened;
}

interface Running<P extends { [K in keyof P]: P[K] }> {
  readonly handle: WorkerHandle;
  readonly channel: P;
  readonly opened: Promise<Opened>;
}

/** The page's own workers. */
export const startWorker: StartWorker = (who) => {
  const worker =
    who === 'opponent'
      ? new Worker(new URL('../../workers/opponent.ts', import.meta.url), { type: 'module', name: 'opponent' })
      : new Worker(new URL('../../workers/player.ts', import.meta.url), { type: 'module', name: 'player' });
  return { endpoint: worker, terminate: () => worker.terminate() };
};

/** Keeps both workers for as long as they live and the same model and back end are wanted. */
export class PlayerPool {
  readonly #start: StartWorker;
  readonly #onWorked: (span: WorkSpan) => void;
  #request = '';
  #opponent: Running<Channel<OpponentProtocol>> | null = null;
  #player: Running<Channel<PlayerProtocol>> | null = null;

  constructor(start: StartWorker, onWorked: (span: WorkSpan) => void) {
    this.#start = start;
    this.#onWorked = onWorked;
  }

  /** Both players with the model open, started where they do not run yet. @throws LabError, WorkerDiedError */
  async open(wanted: Wanted, onProgress: (progress: LoadProgress) => void): Promise<Players> {
    const key = JSON.stringify(wanted);
    if (key !== this.#request) this.close();
    this.#request = key;
    const request = this.#program(wanted).then((program): OpenRequest => ({ ...wanted, program }));
    this.#opponent ??= this.#launch('opponent', (endpoint, onWorked) => {
      const channel = new Channel<OpponentProtocol>(endpoint, onWorked);
      return { channel, opened: request.then((whole) => channel.call('open', whole)) };
    });
    this.#player ??= this.#launch('player', (endpoint, onWorked) => {
      const channel = new Channel<PlayerProtocol>(endpoint, onWorked);
      return { channel, opened: request.then((whole) => channel.call('open', whole, { onProgress })) };
    });
    const [opponent, player] = [this.#opponent, this.#player];
    try {
      const [, opened] = await Promise.all([opponent.opened, player.opened]);
      return { opponent: opponent.channel, player: player.channel, opened };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** null where it cannot be had, or is none of the CPU's: the workers then find their own, or say what is wrong. */
  async #program({ backend, runtimeBase }: Wanted): Promise<WebAssembly.Module | null> {
    if (backend !== 'wasm') return null;
    return runtimeProgram(runtimeBase).catch(() => null);
  }

  /** Ends both workers. */
  close(): void {
    for (const one of [this.#opponent, this.#player]) {
      one?.channel.close();
      one?.handle.terminate();
    }
    this.#opponent = null;
    this.#player = null;
  }

  #launch<C extends Channel<OpponentProtocol> | Channel<PlayerProtocol>>(
    who: PlayerName,
    connect: (endpoint: Endpoint, onWorked: (span: Span) => void) => { channel: C; opened: Promise<Opened> },
  ): Running<C> {
    const handle = this.#start(who);
    const { channel, opened } = connect(handle.endpoint, (span) => this.#onWorked({ who, ...span }));
    const running = { handle, channel, opened };
    void channel.ended.then(() => {
      handle.terminate();
      if (this.#opponent?.handle === handle) this.#opponent = null;
      if (this.#player?.handle === handle) this.#player = null;
    });
    return running;
  }
}

/** The loop's opponent, over a channel. */
export function remoteOpponent(
  channel: Channel<OpponentProtocol>,
  onDrawn: (drawn: readonly DrawnAnswer[]) => void,
  onScoring: (scoring: boolean) => void = () => undefined,
): Opponent<Weights> {
  return {
    load: (...parameters) => channel.call('load', parameters),
    answer: (...parameters) => {
      onScoring(false);
      return channel.call('answer', parameters, { onProgress: onDrawn });
    },
    score: (...parameters) => {
      onScoring(true);
      return channel.call('score', parameters);
    },
    likelihood: (...parameters) => channel.call('likelihood', parameters),
  };
}

/** The loop's main player, over a channel. */
export function remotePlayer(channel: Channel<PlayerProtocol>): Player<Weights, PlayerState> {
  return {
    begin: (...parameters) => channel.call('begin', parameters),
    step: (...parameters) => channel.call('step', parameters),
    likelihood: (...parameters) => channel.call('likelihood', parameters),
    weights: () => channel.call('weights', []),
    state: () => channel.call('state', []),
    resume: (...parameters) => channel.call('resume', parameters),
  };
}
