// run.json: what is read of it, and what is refused.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RunFormatError, readRunFile } from '../../../src/folder/run-file.ts';

const EXAMPLE = readFileSync(new URL('../../../public/examples/first-run/run.json', import.meta.url), 'utf8');

const changed = (changes: object): string => JSON.stringify({ ...JSON.parse(EXAMPLE), ...changes });
const NOTES = { name: 'calm owl', colour: 3, pinned: true, notes: '', preset: 'default', group: null };

describe('run.json', () => {
  it('of the recorded example is read as it was written, by the rules of its time', () => {
    const { configuration, ...others } = JSON.parse(EXAMPLE);
    const read = readRunFile(EXAMPLE, 'run.json');
    expect(read).toEqual({ ...others, configuration: { ...configuration, arithmetic: 1, decayed: 'all' } });
    expect(readRunFile(JSON.stringify(read), 'run.json')).toEqual(read);
  });

  it('that names the arithmetic is read as it says', () => {
    const { configuration } = JSON.parse(EXAMPLE);
    const now = changed({ configuration: { ...configuration, arithmetic: 2 } });
    expect(readRunFile(now, 'run.json').configuration).toMatchObject({ arithmetic: 2, decayed: 'matrices' });
  });

  it('keeps notes that are whole, and leaves others out', () => {
    expect(readRunFile(changed({ lab: NOTES }), 'run.json').lab).toEqual(NOTES);
    for (const lab of [null, 'calm owl', { ...NOTES, name: 7 }, { ...NOTES, colour: -1 }, { ...NOTES, group: 1 }]) {
      expect(readRunFile(changed({ lab }), 'run.json')).not.toHaveProperty('lab');
    }
  });

  it.each([
    ['a later format', { format_version: 3 }, 'format 3'],
    ['no format', { format_version: null }, 'no record'],
    ['no configuration', { configuration: 7 }, 'no record'],
    ['a setting out of range', { configuration: { iterations: 0 } }, 'between 1 and 100'],
    ['an unknown setting', { configuration: { speed: 1 } }, 'speed'],
    ['an environment without a back end', { environment: {} }, 'environment'],
    ['a model without a folder', { model: { parameters: 1, sha256: null } }, 'model'],
    ['data without a source', { data: [] }, 'data'],
    ['an end that is no time', { finished: 5 }, 'finished'],
  ])('with %s is refused by name', (_, changes, words) => {
    expect(() => readRunFile(changed(changes), 'run.json')).toThrow(RunFormatError);
    expect(() => readRunFile(changed(changes), 'run.json')).toThrow(words);
  });

  it('that is no JSON is refused', () => {
    expect(() => readRunFile('{"format_version": 2,', 'run.json')).toThrow('run.json: this is no record of a run.');
  });
});
