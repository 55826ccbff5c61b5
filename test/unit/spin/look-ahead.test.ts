// Working ahead: the order, the bound, errors and stopping, with bare promises.

import { expect, it } from 'vitest';
import { LookAhead } from '../../../src/spin/look-ahead.ts';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function counted(count: number, failing = -1): { tasks: (() => Promise<number>)[]; begun: number[] } {
  const begun: number[] = [];
  const tasks = Array.from({ length: count }, (_, i) => async () => {
    begun.push(i);
    await Promise.resolve();
    if (i === failing) throw new Error(`task ${i} failed`);
    return i;
  });
  return { tasks, begun };
}

it.each([0, 1, 2, 9])('keeps order, and is at most %i ahead', async (depth) => {
  const { tasks, begun } = counted(6);
  const ahead = new LookAhead(tasks, depth);
  ahead.start();
  for (let i = 0; i < 6; i++) {
    await settle();
    expect(begun).toHaveLength(Math.min(6, i + depth));
    expect(await ahead.take()).toBe(i);
  }
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});

it('runs one task at a time', async () => {
  let running = 0;
  const task = async (): Promise<number> => {
    running += 1;
    const atOnce = running;
    await settle();
    running -= 1;
    return atOnce;
  };
  const ahead = new LookAhead([task, task, task], 3);
  ahead.start();
  expect([await ahead.take(), await ahead.take(), await ahead.take()]).toEqual([1, 1, 1]);
});

it('an error waits for its turn, and nothing runs after it', async () => {
  const { tasks, begun } = counted(5, 1);
  const ahead = new LookAhead(tasks, 4);
  ahead.start();
  await settle();
  expect(await ahead.take()).toBe(0);
  await expect(ahead.take()).rejects.toThrow('task 1 failed');
  await expect(ahead.take()).rejects.toThrow('task 1 failed');
  expect(begun).toEqual([0, 1]);
});

it('stop waits for the task under way and begins no other', async () => {
  const { tasks, begun } = counted(5);
  const ahead = new LookAhead(tasks, 3);
  ahead.start();
  await Promise.resolve();
  await ahead.stop();
  await settle();
  expect(begun).toEqual([0]);
});
