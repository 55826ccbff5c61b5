// A worker that tells how fast the runtime is with so many threads: plain matrix products, which are most of a training step's work. The
// page runs two at once, as the players are.

import { Graph } from '../src/engine/onnx/graph.ts';
import { gemm } from '../src/engine/onnx/matrix.ts';
import { openCpuRuntime } from '../src/engine/runtime/cpu-runtime.ts';
import { RuntimeUnavailableError } from '../src/engine/runtime/errors.ts';
import { type Endpoint, serve } from './messages/channel.ts';
import type { ThreadProbeProtocol } from './messages/protocol.ts';

type OpenProbe = ThreadProbeProtocol['open']['params'];

/** The tokens at once, width and inner width of the built-in model's training step: whether threads pay depends on these. */
const TOKENS = 576;
const WIDTH = 128;
const INNER = 320;
/** In one run, width → inner → width in turn: handing a run over costs next to nothing beside so many. */
const PRODUCTS = 24;
const FLOP = 2 * PRODUCTS * TOKENS * WIDTH * INNER;

/** Keeps each number the size that it was. */
const fill = (size: number, inner: number): Float32Array => new Float32Array(size).fill(1 / inner);

let run: (() => Promise<void>) | null = null;

/** The chain, ready to run, with its numbers in the runtime's memory. */
async function openChain(request: OpenProbe): Promise<() => Promise<void>> {
  const runtime = await openCpuRuntime(request);
  const graph = new Graph();
  const up = graph.input('up', 'float32', [WIDTH, INNER]);
  const down = graph.input('down', 'float32', [INNER, WIDTH]);
  let x = graph.input('x', 'float32', [TOKENS, WIDTH]);
  for (let i = 0; i < PRODUCTS; i += 1) x = gemm(x, i % 2 === 0 ? up : down);
  graph.output('y', x);
  const program = await runtime.program(graph, ['y']);
  const feeds = {
    up: await runtime.hold(fill(WIDTH * INNER, WIDTH), [WIDTH, INNER]),
    down: await runtime.hold(fill(INNER * WIDTH, INNER), [INNER, WIDTH]),
    x: await runtime.hold(fill(TOKENS * WIDTH, 1), [TOKENS, WIDTH]),
  };
  return async () => {
    const { y } = await program.run(feeds);
    y!.dispose();
  };
}

/** Runs until the time is over; of a run that begins before it or ends after it, the part within counts. */
async function rateOf(run: () => Promise<void>, warmUpMs: number, measuredMs: number): Promise<number> {
  const from = performance.now() + warmUpMs;
  const to = from + measuredMs;
  let runs = 0;
  for (let began = performance.now(); began < to; ) {
    await run();
    const ended = performance.now();
    const within = Math.min(ended, to) - Math.max(began, from);
    if (within > 0) runs += within / (ended - began);
    began = ended;
  }
  return (runs * FLOP) / (measuredMs / 1000);
}

serve<ThreadProbeProtocol>(self as unknown as Endpoint, {
  open: async (request) => {
    run = await openChain(request);
  },
  measure: ({ warmUpMs, measuredMs }) => {
    if (run === null) throw new RuntimeUnavailableError('The probe has no runtime yet.', 'Open it first.');
    return rateOf(run, warmUpMs, measuredMs);
  },
});
