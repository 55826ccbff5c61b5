// The command line's process: streams, signals and the exit status. Everything else is in command-line.ts.

import { runCommandLine } from './command-line.ts';

/** The first Ctrl-C lets the command end in order, the second ends it at once. */
function interruptible(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130);
      stop.abort();
    });
  }
  return stop.signal;
}

// Whoever reads may close early (`| head`): there is nobody left to tell, and nothing is wrong.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

const status = await runCommandLine(process.argv.slice(2), {
  line: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
  say: (text) => void process.stderr.write(`${text}\n`),
  interruptible,
});

// The runtime's threads would keep the process alive: it ends once all is written.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
