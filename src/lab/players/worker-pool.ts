// The two players behind their workers: started, opened, called, and started again when one has died.

import { Channel, type Endpoint, type Span } from '../../../workers/messages/channel.ts';
import type {
  DrawnAnswer,
  LoadProgress,
  ModelReport,
  Opened,
  OpenRequest,
  OpponentProtocol,
  PlayerProtocol,
  RuntimeReport,
} from '../../../workers/messages/protocol.ts';
import type { TrainableValues, TrainingState } from '../../engine/models/parameter-set.ts';
import type { Opponent, Player } from '../../spin/players.ts';
import type { PlayerName, StartWorker, WorkerHandle } from '../browser/page-workers.ts';
import type { WorkSpan } from './activity.ts';
import { runtimeProgram } from './runtime-program.ts';

/** The runtime that is wanted; the pool finds its program. */
export type WantedRuntime = Omit<OpenRequest, 'program'>;

export interface Players {
  readonly opponent: Channel<OpponentProtocol>;
  readonly player: Channel<PlayerProtocol>;
  /** The main player's report; the opponent's is the same but for its worker. */
  readonly opened: Opened;
}

/** Both players as they begin: they read the model's files, whether or not it is known yet what they will run on. */
export interface StartedPlayers {
  readonly opponent: Channel<OpponentProtocol>;
  /** Settles when both have read. @throws LabError, WorkerDiedError */
  readonly read: Promise<ModelReport>;
  /** Opens the runtime where it is not open yet; need not wait for `read`. @throws LabError, WorkerDiedError */
  open(runtime: WantedRuntime): Promise<Players>;
}

/** What of a player is the same for both, whatever else its channel can do. */
interface Begun<C> {
  readonly channel: C;
  readonly read: Promise<ModelReport>;
  open(request: OpenRequest): Promise<RuntimeReport>;
}

interface Running<C> extends Begun<C> {
  readonly handle: WorkerHandle;
  opened: Promise<RuntimeReport> | null;
}

/** Keeps both workers for as long as they live and the same model and runtime are wanted. */
export class WorkerPool {
  readonly #start: StartWorker;
  readonly #onWorked: (span: WorkSpan) => void;
  #modelBase = '';
  /** Models' hashes by the addresses of their folders, as they were read last. */
  readonly #hashes = new Map<string, string | null>();
  /** What was opened last, as JSON; '' before. */
  #runtime = '';
  #opponent: Running<Channel<OpponentProtocol>> | null = null;
  #player: Running<Channel<PlayerProtocol>> | null = null;

  constructor(start: StartWorker, onWorked: (span: WorkSpan) => void) {
    this.#start = start;
    this.#onWorked = onWorked;
  }

  /**
   * Starts the players that do not run yet.
   * @param modelBase the address of the model's folder, with a slash at its end
   * @param runtime null: not known yet; players that have one already are started anew then
   */
  start(
    modelBase: string,
    runtime: WantedRuntime | null,
    onProgress: (progress: LoadProgress) => void,
  ): StartedPlayers {
    const other = this.#runtime !== '' && this.#runtime !== JSON.stringify(runtime);
    if (other || modelBase !== this.#modelBase) this.close();
    this.#modelBase = modelBase;
    this.#opponent ??= this.#launch('opponent', (endpoint, onWorked) => {
      const channel = new Channel<OpponentProtocol>(endpoint, onWorked);
      const read = channel.call('readModel', { modelBase });
      return { channel, read, open: (request) => channel.call('open', request) };
    });
    this.#player ??= this.#launch('player', (endpoint, onWorked) => {
      const channel = new Channel<PlayerProtocol>(endpoint, onWorked);
      const read = channel.call('readModel', { modelBase }, { onProgress });
      return { channel, read, open: (request) => channel.call('open', request) };
    });
    const [opponent, player] = [this.#opponent, this.#player];
    const orClosed = <T>(begun: Promise<T>): Promise<T> =>
      begun.catch((error: unknown) => {
        // Players that failed to start are not used again, unless others have taken their place.
        if (this.#opponent === opponent || this.#player === player) this.close();
        throw error;
      });
    const read = orClosed(
      Promise.all([player.read, opponent.read]).then(([report]) => {
        this.#hashes.set(modelBase, report.sha256);
        return report;
      }),
    );
    const open = (wanted: WantedRuntime): Promise<Players> => {
      this.#runtime = JSON.stringify(wanted);
      const program = this.#program(wanted);
      for (const one of [opponent, player]) {
        one.opened ??= program.then((found) => one.open({ ...wanted, program: found }));
      }
      const opened = Promise.all([player.opened!, opponent.opened!, read]);
      return orClosed(
        opened.then(([report, , model]) => ({
          opponent: opponent.channel,
          player: player.channel,
          opened: { ...model, ...report },
        })),
      );
    };
    return { opponent: opponent.channel, read, open };
  }

  /** The hash of a model that was read; null where it has not been, or where none is computed. */
  hashOf(modelBase: string): string | null {
    return this.#hashes.get(modelBase) ?? null;
  }

  /** null where it cannot be had, or is none of the CPU's: the workers then find their own, or say what is wrong. */
  async #program({ backend, runtimeBase }: WantedRuntime): Promise<WebAssembly.Module | null> {
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
    this.#runtime = '';
  }

  #launch<C extends Channel<OpponentProtocol> | Channel<PlayerProtocol>>(
    who: PlayerName,
    connect: (endpoint: Endpoint, onWorked: (span: Span) => void) => Begun<C>,
  ): Running<C> {
    const handle = this.#start(who);
    const begun = connect(handle.endpoint, (span) => this.#onWorked({ who, ...span }));
    const running: Running<C> = { handle, ...begun, opened: null };
    void begun.channel.ended.then(() => {
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
): Opponent<TrainableValues> {
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
export function remotePlayer(channel: Channel<PlayerProtocol>): Player<TrainableValues, TrainingState> {
  return {
    begin: (...parameters) => channel.call('begin', parameters),
    step: (...parameters) => channel.call('step', parameters),
    likelihood: (...parameters) => channel.call('likelihood', parameters),
    weights: () => channel.call('weights', []),
    state: () => channel.call('state', []),
    resume: (...parameters) => channel.call('resume', parameters),
  };
}
