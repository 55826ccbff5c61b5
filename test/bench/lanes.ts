// Several contenders measured in turns, so that what else the machine does falls on all alike: medians, and the spread of ratios taken
// within a round.

/** One block of steps: what each gave, and what it took. */
export interface Block {
  readonly results: readonly number[];
  /** By the clock, ms a step. */
  readonly ms: readonly number[];
  /** Processor time of all threads, ms a step; null where it cannot be told. */
  readonly cpuMs: number | null;
}

export interface Lane {
  readonly name: string;
  /** Steps `first`, `first` + 1 … */
  run(first: number, count: number): Promise<Block>;
}

export interface Measured {
  readonly name: string;
  /** The results of the first steps of all. */
  readonly first: readonly number[];
  /** Medians a step. */
  readonly wallMs: number;
  readonly cpuMs: number | null;
  /** For each round, the block's mean a step: processor time, or the clock's where that is unknown. */
  readonly rounds: readonly number[];
  readonly steps: number;
}

export interface Effort {
  readonly rounds: number;
  /** How long a lane's turn is, at least one step. */
  readonly turnMs: number;
  /** Steps before anything is measured: engines compile as they go. */
  readonly warmUpMs: number;
}

/** Results of the first steps that are kept for comparison. */
const KEPT = 4;

export function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length / 2;
  return ascending.length % 2 === 1
    ? ascending[Math.floor(middle)]!
    : (ascending[middle - 1]! + ascending[middle]!) / 2;
}

interface Running {
  readonly lane: Lane;
  readonly first: number[];
  readonly blocks: Block[];
  next: number;
  stepMs: number;
}

async function take(running: Running, count: number): Promise<Block> {
  const block = await running.lane.run(running.next, count);
  running.next += count;
  running.stepMs = median(block.ms);
  return block;
}

/** The first steps, which are compared, then as many as fit into the time. */
async function warmUp(running: Running, { warmUpMs }: Effort): Promise<void> {
  running.first.push(...(await take(running, KEPT)).results);
  const rest = Math.floor((warmUpMs - KEPT * running.stepMs) / running.stepMs);
  if (rest > 0) await take(running, rest);
}

function summary({ lane, first, blocks, next }: Running): Measured {
  const mean = ({ ms }: Block): number => ms.reduce((sum, one) => sum + one, 0) / ms.length;
  const cpu = blocks.flatMap(({ cpuMs }) => (cpuMs === null ? [] : [cpuMs]));
  return {
    name: lane.name,
    first,
    wallMs: median(blocks.flatMap(({ ms }) => ms)),
    cpuMs: cpu.length === blocks.length ? median(cpu) : null,
    rounds: blocks.map((block) => block.cpuMs ?? mean(block)),
    steps: next,
  };
}

export async function measureInTurns(lanes: readonly Lane[], effort: Effort): Promise<Measured[]> {
  const all = lanes.map((lane): Running => ({ lane, first: [], blocks: [], next: 0, stepMs: 1 }));
  for (const running of all) await warmUp(running, effort);
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const running of all) {
      running.blocks.push(await take(running, Math.max(1, Math.round(effort.turnMs / running.stepMs))));
    }
  }
  return all.map(summary);
}

export interface Ratio {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** How many times as long `a` takes as `b`, round by round. */
export function ratioOf(a: Measured, b: Measured): Ratio {
  const ratios = a.rounds.map((time, round) => time / b.rounds[round]!);
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
