// Typed calls over a Worker or a MessagePort: one request, one reply, with progress events, abortion and transferables between them.
// Whatever ends the other side rejects all that is pending. The methods are the type parameter.

import { LabError } from '../../src/spin/lab-error.ts';

/** One method of a protocol: what goes in, what comes out, and the events in between. */
export interface Method<Params = unknown, Result = unknown, Progress = never> {
  readonly params: Params;
  readonly result: Result;
  readonly progress: Progress;
}

export type Methods<P> = { [K in keyof P]: Method<unknown, unknown, unknown> };

/** What Worker, MessagePort and a worker's own global have in common. */
export interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message' | 'messageerror' | 'error', listener: (event: Event) => void): void;
  start?(): void;
}

/** The other side is gone: crashed, killed, or closed by us. */
export class WorkerDiedError extends LabError {}

interface WireError {
  readonly name: string;
  readonly message: string;
  readonly advice?: string;
  readonly stack?: string;
}

type Request =
  | { readonly kind: 'call'; readonly id: number; readonly method: PropertyKey; readonly params: unknown }
  | { readonly kind: 'abort'; readonly id: number };

type Reply =
  | { readonly kind: 'ready'; readonly lock?: string }
  | { readonly kind: 'progress'; readonly id: number; readonly event: unknown }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly result: unknown;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError };

export interface CallOptions<Progress> {
  readonly signal?: AbortSignal;
  readonly transfer?: Transferable[];
  readonly onProgress?: (event: Progress) => void;
}

interface Pending {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: unknown): void;
  onProgress: ((event: unknown) => void) | undefined;
}

/** When the other side worked on a call: milliseconds since 1970 by its own clock. */
export interface Span {
  readonly method: string;
  readonly from: number;
  readonly to: number;
}

/** The calling side. */
export class Channel<P extends Methods<P>> {
  /** Settles when the other side is listening, or with the reason why it never will. */
  readonly ready: Promise<void>;
  /** Settles when the other side is gone, with the reason. */
  readonly ended: Promise<Error>;
  readonly #endpoint: Endpoint;
  readonly #onWorked: ((span: Span) => void) | undefined;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #death: Error | undefined;
  #settleReady: { resolve(): void; reject(error: Error): void };
  #settleEnded: (error: Error) => void;

  /** `onWorked` hears when the other side was at work, call by call. */
  constructor(endpoint: Endpoint, onWorked?: (span: Span) => void) {
    this.#endpoint = endpoint;
    this.#onWorked = onWorked;
    const ready = deferred<void>();
    const ended = deferred<Error>();
    this.ready = ready.promise;
    this.ended = ended.promise;
    this.#settleReady = ready;
    this.#settleEnded = ended.resolve;
    // Whoever calls hears of a death from the call: `ready` alone must not become an unhandled rejection.
    this.ready.catch(() => undefined);
    endpoint.addEventListener('message', (event) => this.#receive((event as MessageEvent<Reply>).data));
    endpoint.addEventListener('messageerror', () => this.close(died('a message could not be read')));
    endpoint.addEventListener('error', (event) => {
      event.preventDefault();
      this.close(died((event as ErrorEvent).message || 'its program could not be loaded'));
    });
    endpoint.start?.();
  }

  /**
   * Calls a method of the other side.
   * @throws WorkerDiedError if the other side is or goes away; an AbortError if `signal` aborts; else what the method threw, with its
   * name, message and advice.
   */
  call<K extends keyof P & string>(
    method: K,
    params: P[K]['params'],
    options: CallOptions<P[K]['progress']> = {},
  ): Promise<P[K]['result']> {
    if (this.#death !== undefined) return Promise.reject(this.#death);
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    const id = this.#nextId++;
    const { promise, resolve, reject } = deferred<unknown>();
    this.#pending.set(id, { method, resolve, reject, onProgress: options.onProgress as Pending['onProgress'] });
    this.#post({ kind: 'call', id, method, params }, options.transfer);
    const abort = () => {
      this.#pending.delete(id);
      this.#post({ kind: 'abort', id });
      reject(options.signal?.reason);
    };
    options.signal?.addEventListener('abort', abort, { once: true });
    return promise.finally(() => options.signal?.removeEventListener('abort', abort)) as Promise<P[K]['result']>;
  }

  /** Ends the channel: all that is pending and all later calls reject with `reason`. */
  close(reason: Error = died('it was closed')): void {
    if (this.#death !== undefined) return;
    this.#death = reason;
    this.#settleReady.reject(reason);
    this.#settleEnded(reason);
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  #post(request: Request, transfer: Transferable[] = []): void {
    this.#endpoint.postMessage(request, transfer);
  }

  #receive(reply: Reply): void {
    if (reply.kind === 'ready') {
      this.#settleReady.resolve();
      if (reply.lock !== undefined) this.#watch(reply.lock);
      return;
    }
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if (reply.kind === 'progress') {
      pending.onProgress?.(reply.event);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === 'error') {
      pending.reject(revive(reply.error));
      return;
    }
    this.#onWorked?.({ method: pending.method, from: reply.from, to: reply.to });
    pending.resolve(reply.result);
  }

  /** A killed worker says nothing, but the browser releases its lock: to get it is to know. */
  #watch(lock: string): void {
    const told = navigator.locks.request(lock, () => this.close(died('the browser ended it')));
    told.catch((error: unknown) => this.close(died(String(error))));
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function deferred<T>(): Deferred<T> {
  const parts: Partial<Pick<Deferred<T>, 'resolve' | 'reject'>> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return { promise, ...(parts as Pick<Deferred<T>, 'resolve' | 'reject'>) };
}

function died(why: string): WorkerDiedError {
  return new WorkerDiedError(`A worker stopped: ${why}.`, 'Go on from the last checkpoint, or reload the page.');
}

function flatten(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const advice = error instanceof LabError ? { advice: error.advice } : {};
  return { name: error.name, message: error.message, ...advice, ...(error.stack && { stack: error.stack }) };
}

function revive({ name, message, advice, stack }: WireError): Error {
  const error = advice === undefined ? new Error(message) : new LabError(message, advice);
  return Object.assign(error, { name }, stack === undefined ? {} : { stack });
}

/** What a handler may use besides its parameters. */
export interface CallContext<Progress> {
  readonly signal: AbortSignal;
  progress(event: Progress): void;
  /** Names buffers of the result that move rather than being copied. */
  transfer(buffers: readonly Transferable[]): void;
}

export type Handlers<P extends Methods<P>> = {
  [K in keyof P]: (
    params: P[K]['params'],
    context: CallContext<P[K]['progress']>,
  ) => P[K]['result'] | Promise<P[K]['result']>;
};

/** The answering side: listens on `endpoint`, then says that it is ready. */
export function serve<P extends Methods<P>>(endpoint: Endpoint, handlers: Handlers<P>): void {
  const running = new Map<number, AbortController>();
  const post = (reply: Reply, transfer: Transferable[] = []) => endpoint.postMessage(reply, transfer);

  const answer = async ({ id, method, params }: Request & { kind: 'call' }): Promise<void> => {
    const abort = new AbortController();
    const transfer: Transferable[] = [];
    running.set(id, abort);
    const from = now();
    try {
      const result = await handlers[method as keyof P](params, {
        signal: abort.signal,
        progress: (event) => post({ kind: 'progress', id, event }),
        transfer: (buffers) => transfer.push(...buffers),
      });
      if (!abort.signal.aborted) post({ kind: 'result', id, result, from, to: now() }, transfer);
    } catch (error) {
      if (!abort.signal.aborted) post({ kind: 'error', id, error: flatten(error) });
    } finally {
      running.delete(id);
    }
  };

  endpoint.addEventListener('message', (event) => {
    const request = (event as MessageEvent<Request>).data;
    if (request.kind === 'call') void answer(request);
    else running.get(request.id)?.abort();
  });
  endpoint.start?.();
  announce(post);
}

const now = (): number => performance.timeOrigin + performance.now();

/** Says ready, holding a lock for life where the browser has them, so that the caller notices a silent death. */
function announce(post: (reply: Reply) => void): void {
  if (typeof navigator === 'undefined' || navigator.locks === undefined) {
    post({ kind: 'ready' });
    return;
  }
  const lock = `spin-lab worker ${crypto.randomUUID()}`;
  void navigator.locks.request(lock, () => {
    post({ kind: 'ready', lock });
    return new Promise(() => undefined);
  });
}
