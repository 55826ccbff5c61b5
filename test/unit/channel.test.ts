// Calls over a real MessageChannel: what passes, what is rejected, and when.

import { afterEach, describe, expect, it } from 'vitest';
import { LabError } from '../../src/spin/lab-error.ts';
import { Channel, type Method, type Span, serve, WorkerDiedError } from '../../workers/messages/channel.ts';

interface Toy {
  add: Method<{ a: number; b: number }, number>;
  count: Method<number, string, number>;
  fail: Method<'lab' | 'plain' | 'text', never>;
  wait: Method<null, never>;
  aborted: Method<null, number>;
  double: Method<Float32Array, Float32Array>;
}

class TooBigError extends LabError {}

const opened: { close(): void }[] = [];

function pair(onWorked?: (span: Span) => void): { channel: Channel<Toy>; far: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  let aborted = 0;
  opened.push(port1, port2);
  serve<Toy>(port2, {
    add: ({ a, b }) => a + b,
    count: async (n, { progress }) => {
      for (let i = 1; i <= n; i++) progress(i);
      return `counted ${n}`;
    },
    fail: (how) => {
      if (how === 'lab') throw new TooBigError('7 is too big.', 'Take 6.');
      if (how === 'plain') throw new RangeError('out of range');
      throw 'just text';
    },
    wait: (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted += 1;
        });
      }),
    aborted: () => aborted,
    double: (values, { transfer }) => {
      const twice = values.map((value) => 2 * value);
      transfer([twice.buffer]);
      return twice;
    },
  });
  return { channel: new Channel<Toy>(port1, onWorked), far: port2 };
}

afterEach(() => {
  for (const port of opened.splice(0)) port.close();
});

describe('a call', () => {
  it('is ready, and answers what was asked', async () => {
    const { channel } = pair();
    await channel.ready;
    expect(await channel.call('add', { a: 2, b: 3 })).toBe(5);
  });

  it('keeps replies apart when many are under way', async () => {
    const { channel } = pair();
    const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => channel.call('add', { a: i, b: i })));
    expect(sums).toEqual(Array.from({ length: 50 }, (_, i) => 2 * i));
  });

  it('streams its progress before its result', async () => {
    const { channel } = pair();
    const seen: (number | string)[] = [];
    seen.push(await channel.call('count', 3, { onProgress: (n) => seen.push(n) }));
    expect(seen).toEqual([1, 2, 3, 'counted 3']);
  });

  it('tells when the other side worked on it', async () => {
    const spans: Span[] = [];
    const before = performance.timeOrigin + performance.now();
    await pair((span) => spans.push(span)).channel.call('add', { a: 1, b: 1 });
    const after = performance.timeOrigin + performance.now();
    expect(spans.map(({ method }) => method)).toEqual(['add']);
    const [{ from, to }] = spans as [Span];
    expect([before, from, to, after]).toEqual([before, from, to, after].sort((a, b) => a - b));
  });

  it('moves buffers both ways', async () => {
    const { channel } = pair();
    const values = new Float32Array([1, 2]);
    const twice = await channel.call('double', values, { transfer: [values.buffer] });
    expect(values.byteLength).toBe(0);
    expect([...twice]).toEqual([2, 4]);
  });
});

describe('an error', () => {
  it('of the lab keeps its name, message and advice', async () => {
    const error: unknown = await pair()
      .channel.call('fail', 'lab')
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ name: 'TooBigError', message: '7 is too big.', advice: 'Take 6.' });
  });

  it('of any other kind keeps its name and message', async () => {
    const error: unknown = await pair()
      .channel.call('fail', 'plain')
      .catch((e: unknown) => e);
    expect(error).not.toBeInstanceOf(LabError);
    expect(error).toMatchObject({ name: 'RangeError', message: 'out of range' });
  });

  it('that is not an Error arrives as one', async () => {
    await expect(pair().channel.call('fail', 'text')).rejects.toThrow('just text');
  });
});

describe('an abort', () => {
  it('rejects the call at once and reaches the handler', async () => {
    const { channel } = pair();
    const abort = new AbortController();
    const waiting = channel.call('wait', null, { signal: abort.signal });
    await channel.call('aborted', null);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(await channel.call('aborted', null)).toBe(1);
  });

  it('before the call means that nothing is sent', async () => {
    const { channel } = pair();
    await expect(channel.call('wait', null, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await channel.call('aborted', null)).toBe(0);
  });
});

describe('the end of a channel', () => {
  it('rejects all that is pending and all that comes after', async () => {
    const { channel } = pair();
    await channel.ready;
    const waiting = [channel.call('wait', null), channel.call('wait', null)];
    channel.close();
    for (const call of waiting) await expect(call).rejects.toBeInstanceOf(WorkerDiedError);
    await expect(channel.call('add', { a: 1, b: 1 })).rejects.toBeInstanceOf(WorkerDiedError);
    expect(await channel.ended).toBeInstanceOf(WorkerDiedError);
  });

  it('follows from an error event, whose message it tells', async () => {
    const { port1 } = new MessageChannel();
    opened.push(port1);
    const channel = new Channel<Toy>(port1);
    const waiting = channel.call('wait', null);
    port1.dispatchEvent(Object.assign(new Event('error'), { message: 'threw at load' }));
    await expect(waiting).rejects.toMatchObject({
      name: 'WorkerDiedError',
      message: 'A worker stopped: threw at load.',
    });
    await expect(channel.ready).rejects.toBeInstanceOf(WorkerDiedError);
  });

  it('follows from a message that cannot be read', async () => {
    const { port1 } = new MessageChannel();
    opened.push(port1);
    const channel = new Channel<Toy>(port1);
    const waiting = channel.call('wait', null);
    port1.dispatchEvent(new Event('messageerror'));
    await expect(waiting).rejects.toBeInstanceOf(WorkerDiedError);
  });
});
