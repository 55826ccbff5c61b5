// The bench's page: workers by name, called from outside one at a time.

import type { Reply } from './serve-bench.ts';

const workers = new Map<string, Worker>();

function ask(worker: Worker, command: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if ('done' in data) resolve(data.done);
      else reject(new Error(data.failed));
    };
    worker.onerror = (event) => reject(new Error(event.message || 'the worker failed to load'));
    worker.postMessage(command);
  });
}

const START: Readonly<Record<string, () => Worker>> = {
  trainer: () => new Worker(new URL('./trainer-worker.ts', import.meta.url), { type: 'module' }),
  starting: () => new Worker(new URL('./starting-worker.ts', import.meta.url), { type: 'module' }),
  answering: () => new Worker(new URL('./answering-worker.ts', import.meta.url), { type: 'module' }),
};

declare global {
  var bench: {
    /** Starts a worker of a kind under a name, and gives it its first command. */
    open(name: string, kind: string, command: unknown): Promise<unknown>;
    call(name: string, command: unknown): Promise<unknown>;
    close(name: string): void;
  };
}

globalThis.bench = {
  open(name, kind, command) {
    const worker = START[kind]!();
    workers.set(name, worker);
    return ask(worker, command);
  },
  call: (name, command) => ask(workers.get(name)!, command),
  close(name) {
    workers.get(name)?.terminate();
    workers.delete(name);
  },
};
