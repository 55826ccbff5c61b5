// Links: what is written is read back, and what is not as it should be is told and not taken.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACKEND_CHOICES, BUILT_IN_MODEL } from '../../../src/lab/settings/allowed-settings.ts';
import { createPageStore, VIEWS } from '../../../src/lab/settings/page-store.ts';
import {
  LINK_LIMIT,
  type LinkedPage,
  pageFromQuery,
  placeFromQuery,
  readLink,
} from '../../../src/lab/settings/read-link.ts';
import { createSettingsStore, settingsFromQuery } from '../../../src/lab/settings/settings-store.ts';
import {
  addressOf,
  type LinkedSettings,
  linkOf,
  linkQuery,
  type OwnSettings,
} from '../../../src/lab/settings/write-link.ts';
import type { SpinConfiguration } from '../../../src/spin/configuration.ts';
import type { Parameter } from '../../../src/spin/parameters/parameter-kinds.ts';
import { DEFAULTS, differences, PARAMETER_LIST } from '../../../src/spin/parameters/parameter-table.ts';
import { PRESET_LAYERS, presetConfiguration } from '../../../src/spin/presets.ts';

const NOWHERE = { storage: null, own: false };
/** As `remember` writes it. */
const REMEMBERED = JSON.stringify({ preset: 'paper', changes: {}, backend: 'auto', withControl: false });
const ARENA: LinkedPage = { view: 'arena', chart: null, hidden: [], locked: false };
const PLAIN: OwnSettings = settingsFromQuery('');

function anyValue(row: Parameter): fc.Arbitrary<unknown> {
  switch (row.kind) {
    case 'number':
      return fc.double({ min: row.min, max: row.max, noNaN: true });
    case 'integer':
      return fc.integer({ min: row.min, max: row.max });
    case 'list':
      return fc.array(fc.double({ min: row.min, max: row.max, noNaN: true }), { minLength: 1, maxLength: 5 });
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...row.options.map(({ value }) => value));
  }
}

const anyChanges = fc
  .record(Object.fromEntries(PARAMETER_LIST.filter(({ url }) => url !== null).map((row) => [row.key, anyValue(row)])), {
    requiredKeys: [],
  })
  .map((changes) => changes as Partial<SpinConfiguration>);

const anySettings: fc.Arbitrary<LinkedSettings> = fc
  .record({
    preset: fc.constantFrom(...PRESET_LAYERS.base),
    loss: fc.constantFrom(...PRESET_LAYERS.loss),
    changes: anyChanges,
    backend: fc.constantFrom(...BACKEND_CHOICES),
    model: fc.constantFrom(BUILT_IN_MODEL, 'models/other.1/'),
    withControl: fc.boolean(),
  })
  .map(({ preset, loss, changes, ...others }) => ({
    ...others,
    preset,
    configuration: { ...presetConfiguration(preset, loss), ...changes },
  }))
  .filter(({ configuration: { maxNewTokens, maxLength } }) => maxNewTokens < maxLength);

const anyPage: fc.Arbitrary<LinkedPage> = fc.record({
  view: fc.constantFrom(...VIEWS),
  chart: fc.option(fc.constantFrom('loss', 'rewards/margins', 'measures')),
  hidden: fc.subarray(PARAMETER_LIST.filter(({ hideable, url }) => hideable && url !== null).map(({ key }) => key)),
  locked: fc.boolean(),
});

describe('a link', () => {
  it('is read back as what it was written from', () => {
    fc.assert(
      fc.property(anySettings, anyPage, (settings, page) => {
        const query = linkQuery(settings, page);
        fc.pre(query.length < LINK_LIMIT);
        expect(settingsFromQuery(query)).toMatchObject({ ...settings, problems: [], faults: [] });
        expect(differences(settingsFromQuery(query).configuration, settings.configuration)).toEqual([]);
        expect(pageFromQuery(query)).toEqual(page);
      }),
      { numRuns: 300 },
    );
  });

  it('holds only what differs from the preset, and can be read by people', () => {
    expect(linkQuery(PLAIN, ARENA)).toBe('');
    expect(linkQuery(PLAIN, ARENA, { explicit: true })).toBe('preset=default');
    const settings = settingsFromQuery('preset=paper&seed=7&lr=0.0001,2e-4&loss=hinge&lambda=0.1,0.1,5&epochs=2');
    expect(linkQuery(settings, { ...ARENA, view: 'curves', chart: 'loss' })).toBe(
      'view=curves&chart=loss&preset=paper&seed=7&loss=hinge&lr=1e-4,2e-4',
    );
  });

  it('takes a loss for a layer over the default', () => {
    const { preset, configuration } = settingsFromQuery('preset=linear');
    expect(preset).toBe('default');
    expect(configuration).toEqual({ ...DEFAULTS, loss: 'linear' });
  });

  it('may give the threads a player, from 1 to 8, which leaves the settings and the run that is shown as they are', () => {
    for (const threads of [1, 2, 8]) {
      expect(settingsFromQuery(`threads=${threads}`)).toMatchObject({
        linkThreads: threads,
        threads: null,
        faults: [],
      });
    }
    const storage = { getItem: () => REMEMBERED, setItem: () => undefined, removeItem: () => undefined };
    const settings = createSettingsStore('threads=2', { storage, own: false }).getState();
    expect(settings).toMatchObject({ linkThreads: 2, preset: 'paper', linked: false });
    expect(settingsFromQuery('').linkThreads).toBeNull();
  });

  it('that names no arithmetic keeps that of before 0.2 where it makes a difference', () => {
    const former = { arithmetic: 1, decayed: 'all' };
    const now = { arithmetic: 2, decayed: 'matrices' };
    for (const query of ['clip=1', 'opt=adamw&decay=0.1', 'beams=5&ngram=2', 'preset=paper&beams=2&rep=1.2']) {
      const { configuration, preset } = settingsFromQuery(query);
      expect(configuration, query).toMatchObject(former);
      expect(settingsFromQuery(`${query}&arith=2`).configuration, query).toMatchObject(now);
      const link = linkQuery({ ...PLAIN, preset, configuration: { ...configuration, arithmetic: 2 } }, ARENA);
      expect(link, query).toContain('arith=2');
      expect(settingsFromQuery(link).configuration).toEqual({ ...configuration, arithmetic: 2 });
    }
    for (const query of ['', 'preset=too-fast&seed=3', 'beams=4', 'opt=adamw', 'hide=lr', 'ngram=2']) {
      expect(settingsFromQuery(query).configuration, query).toMatchObject(now);
      expect(linkQuery(settingsFromQuery(query), ARENA), query).not.toContain('arith');
    }
  });

  it('leaves the names of others alone', () => {
    expect(readLink('utm_source=mail&batches=3').faults).toEqual([]);
  });
});

describe('a view in the address', () => {
  it.each([
    ['', 'arena', null],
    ['?view=curves&chart=rewards/margins', 'curves', 'rewards/margins'],
    ['?view=curves&chart=%22%3E%3Cscript%3E', 'curves', null],
    [`?view=curves&chart=${'x'.repeat(65)}`, 'curves', null],
    ['?view=learn&chart=loss', 'arena', 'loss'],
  ])('%s is read by one rule, whether the page opens there or goes back to it', (query, view, chart) => {
    expect(placeFromQuery(query)).toEqual({ view, chart });
    expect(pageFromQuery(query)).toMatchObject({ view, chart });
  });
});

describe('a link with something wrong in it', () => {
  it.each([
    ['preset=quick', { code: 'preset', value: 'quick' }],
    ['backend=cuda', { code: 'backend', value: 'cuda' }],
    ['threads=0', { code: 'threads', value: '0' }],
    ['threads=9', { code: 'threads', value: '9' }],
    ['threads=1.5', { code: 'threads', value: '1.5' }],
    ['threads=', { code: 'threads', value: '' }],
    ['model=../up/', { code: 'model', value: '../up/' }],
    ['withcontrol=yes', { code: 'withControl', value: 'yes' }],
    ['view=learn', { code: 'view', value: 'learn' }],
    ['chart=%22%3E', { code: 'chart', value: '">' }],
    ['hide=batch,nothing', { code: 'hidden', value: 'batch,nothing' }],
    ['hide=lambda', { code: 'hidden', value: 'lambda' }],
    ['lock=true', { code: 'locked', value: 'true' }],
    ['seed=1&seed=2', { code: 'twice', value: 'seed' }],
  ])('%s is told', (query, fault) => {
    expect(readLink(query).faults).toEqual([fault]);
  });

  it.each(['0x10', 'Infinity', 'NaN', '', '1e999', '1,2', '-1', '1.5', '4294967296'])('takes no seed of %s', (seed) => {
    const { problems, configuration } = settingsFromQuery(`seed=${seed}`);
    expect(problems.map(({ at, text }) => [at, text])).toEqual([['seed', seed]]);
    expect(configuration).toEqual(DEFAULTS);
  });

  it('is not taken at all but for its view', () => {
    const query = 'view=setup&preset=paper&seed=7&backend=wasm&hide=batch&lock=1&t=many';
    expect(settingsFromQuery(query)).toMatchObject({ preset: 'default', backend: 'auto', configuration: DEFAULTS });
    expect(pageFromQuery(query)).toEqual({ ...ARENA, view: 'setup' });
    expect(readLink(query).faults).toMatchObject([{ code: 'parameter', problem: { key: 'iterations' } }]);
  });

  it('tells a joint problem once, and at both its parameters', () => {
    const { faults, problems } = readLink('new=40&len=30');
    expect(faults).toMatchObject([{ code: 'parameter', problem: { key: 'maxNewTokens' } }]);
    expect(problems.map(({ at }) => at).sort()).toEqual(['maxLength', 'maxNewTokens']);
  });

  it('is not taken from 2,000 characters on', () => {
    const rates = (count: number) => `lr=${Array.from({ length: count }, () => '1e-4').join(',')}`;
    expect(rates(399).length).toBe(1997);
    expect(settingsFromQuery(rates(399)).configuration.learningRates.length).toBe(399);
    expect(readLink(rates(400)).faults).toEqual([{ code: 'too-long', value: '2002' }]);
  });
});

describe('links for others', () => {
  const lab = { settings: createSettingsStore('seed=7', NOWHERE), page: createPageStore({ view: 'setup' }) };
  const at = 'https://example.org/lab/?debug=1&lang=zh&view=runs#top';

  it('are absolute, name the preset, and keep the language', () => {
    const plain = linkOf(lab, { workshop: false, hidden: ['batchSize'], locked: true }, at);
    expect(plain).toBe('https://example.org/lab/?view=setup&preset=default&seed=7&lang=zh');
  });

  it('leave out the threads, which suit this machine alone', () => {
    const here = { ...lab, settings: createSettingsStore('seed=7&threads=4', NOWHERE) };
    const link = linkOf(
      here,
      { workshop: true, hidden: ['batchSize'], locked: true },
      `${at.replace('#', '&threads=4#')}`,
    );
    expect(link).toContain('seed=7');
    expect(link).not.toContain('threads');
  });

  it('hide and lock for a workshop', () => {
    const link = linkOf(lab, { workshop: true, hidden: ['batchSize', 'topK'], locked: true }, at);
    expect(link).toContain('&hide=batch,topk&lock=1');
    expect(pageFromQuery(new URL(link).search)).toMatchObject({ hidden: ['batchSize', 'topK'], locked: true });
  });
});

describe('the page’s own address', () => {
  const at = 'https://example.org/lab/?debug=a%20b&lang=zh&seed=3#top';

  it('follows the settings and keeps what is not theirs', () => {
    expect(addressOf(PLAIN, ARENA, at)).toBe('https://example.org/lab/?lang=zh&debug=a%20b#top');
    const settings = settingsFromQuery('lambda=0.5');
    expect(addressOf(settings, ARENA, at)).toBe('https://example.org/lab/?lambda=0.5&lang=zh&debug=a%20b#top');
  });

  it('keeps the threads, as a reload is the same machine', () => {
    const settings = settingsFromQuery('threads=4&lambda=0.5');
    expect(addressOf(settings, ARENA, at)).toBe(
      'https://example.org/lab/?lambda=0.5&threads=4&lang=zh&debug=a%20b#top',
    );
  });

  it('leaves settings out that would make it too long', () => {
    const learningRates = Array.from({ length: 500 }, () => 1e-4);
    const settings = { ...PLAIN, configuration: { ...DEFAULTS, learningRates } };
    expect(addressOf(settings, { ...ARENA, view: 'setup' }, at)).toBe(
      'https://example.org/lab/?view=setup&lang=zh&debug=a%20b#top',
    );
  });
});
