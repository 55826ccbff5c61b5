// A run resumed from any of its snapshots yields exactly the events that followed it in the unbroken run.

import { describe, expect, it } from 'vitest';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import { selfPlay } from '../../../src/spin/self-play.ts';
import { SnapshotError } from '../../../src/spin/spin-errors.ts';
import { ofType, options, play } from './playing.ts';

const SETTINGS: [string, Partial<SpinConfiguration>][] = [
  ['the default', {}],
  ['a window of all pairs, dropped when identical', { window: 'all', dropIdentical: true }],
  ['AdamW, early stop by likelihood', { optimizer: 'adamw', earlyStop: 'validation', earlyStopEvery: 2, window: 2 }],
  [
    'early stop by accuracy',
    { earlyStop: 'accuracy', earlyStopEvery: 4, earlyStopAccuracy: 0.3, earlyStopPatience: 1 },
  ],
  ['the supervised control', { control: 'supervised', window: 2 }],
];

describe.each([true, false])('working ahead: %s', (overlap) => {
  it.each(SETTINGS)('%s', async (_, changes) => {
    const whole = await play(options({ ...changes, checkpointEvery: 2 }, { overlap }));
    const cuts = [...whole.keys()].filter((i) => whole[i]!.type === 'checkpoint');
    expect(cuts.length).toBeGreaterThan(6);
    for (const cut of cuts) {
      const { snapshot } = ofType([whole[cut]!], 'checkpoint')[0]!;
      const resumed = await play(options({ ...changes, checkpointEvery: 2 }, { overlap, start: { snapshot } }));
      expect(resumed).toEqual(whole.slice(cut + 1));
    }
  });
});

it('a snapshot taken while working ahead can be resumed taking turns', async () => {
  const whole = await play(options({ iterations: 2 }));
  const { snapshot } = ofType(whole, 'checkpoint')[1]!;
  const resumed = await play(options({ iterations: 2 }, { overlap: false, start: { snapshot } }));
  expect(snapshot.player).not.toBeNull();
  expect(ofType(resumed, 'step')).toEqual(ofType(whole, 'step').slice(snapshot.position.step));
});

it('a snapshot is not changed by what the run does after it', async () => {
  for await (const event of selfPlay(options())) {
    if (event.type !== 'checkpoint' || event.step === 0) continue;
    const before = JSON.stringify(event.snapshot);
    await play(options({}, { start: { snapshot: event.snapshot } }));
    expect(JSON.stringify(event.snapshot)).toBe(before);
    break;
  }
});

it('a finished run goes on with more iterations', async () => {
  const [long, short] = await Promise.all([play(options({ iterations: 3 })), play(options({ iterations: 2 }))]);
  const { snapshot } = ofType(short, 'checkpoint').at(-1)!;
  const further = await play(options({ iterations: 3 }, { start: { snapshot } }));
  expect(ofType(further, 'step')).toEqual(ofType(long, 'step').filter(({ iteration }) => iteration === 2));
});

it('a snapshot refuses settings that need a restart, by name', async () => {
  const { snapshot } = ofType(await play(options({ iterations: 1 })), 'checkpoint')[0]!;
  const other = play(options({ iterations: 1, batchSize: 7, learningRates: [0.1] }, { start: { snapshot } }));
  await expect(other).rejects.toThrow(SnapshotError);
  await expect(other).rejects.toThrow('other settings of: batch size.');
});
