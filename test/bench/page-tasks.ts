// What the page's main thread did while something went on, from the browser's own trace: each task's time by the clock and by the
// processor. On a machine whose cores are all busy the clock counts the waiting for a core too; the processor's time does not.

import type { Browser, Page } from '@playwright/test';

/** The browser calls a task long that lasts longer, in ms. */
const LONG_MS = 50;

export interface Tasks {
  /** Tasks that took more than 50 ms by the clock, waiting for a processor included. */
  readonly long: number;
  readonly longestMs: number;
  /** Of them, those that worked for more than 50 ms, garbage collection left out. */
  readonly ownLong: number;
  /** The most that a task worked, in ms of processor time without garbage collection. */
  readonly ownLongestMs: number;
  /** The longest garbage collection within a task, in ms of processor time. */
  readonly collectionMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: begin, duration, processor time. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const CATEGORIES = ['-*', '__metadata', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** Traces the page while `action` goes on. */
export async function tasksDuring(browser: Browser, page: Page, action: () => Promise<unknown>): Promise<Tasks> {
  await browser.startTracing(page, { categories: CATEGORIES });
  let trace: Buffer;
  try {
    await action();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  return tasksOf(traceEvents);
}

function tasksOf(events: readonly TraceEvent[]): Tasks {
  const isMain = (name: string | undefined) => name === 'CrRendererMain';
  const mains = events.filter(({ name, args }) => name === 'thread_name' && isMain(args?.name));
  const onMain = events.filter(
    ({ ph, pid, tid }) => ph === 'X' && mains.some((it) => it.pid === pid && it.tid === tid),
  );
  const tasks = onMain.filter(({ name }) => name === 'RunTask');
  if (tasks.length === 0 || tasks.every(({ tdur }) => tdur === undefined))
    throw new Error('The trace holds no task with its processor time: this browser cannot be measured so.');
  const collections = onMain.filter(({ name }) => name === 'MajorGC' || name === 'MinorGC');
  const worked = tasks.map((task) => ms(task.tdur) - collected(task, collections));
  const lasted = tasks.map(({ dur }) => ms(dur));
  return {
    long: lasted.filter((time) => time > LONG_MS).length,
    longestMs: most(lasted),
    ownLong: worked.filter((time) => time > LONG_MS).length,
    ownLongestMs: most(worked),
    collectionMs: most(collections.map(({ tdur }) => ms(tdur))),
  };
}

function collected(task: TraceEvent, collections: readonly TraceEvent[]): number {
  const within = collections.filter(
    ({ pid, ts }) => pid === task.pid && ts >= task.ts && ts <= task.ts + (task.dur ?? 0),
  );
  return within.reduce((sum, { tdur }) => sum + ms(tdur), 0);
}

const ms = (microseconds = 0): number => microseconds / 1000;

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
