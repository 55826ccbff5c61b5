// Links to settings and view: written, absolute for sharing, and kept in step with the address bar. Reading one is read-link's.

import { rulesMatter } from '../../spin/former-rules.ts';
import type { ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETER_LIST, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { BUILT_IN_MODEL } from './allowed-settings.ts';
import { type PageStore, VIEWS } from './page-store.ts';
import { parameterText } from './parameter-text.ts';
import { isLinkName, LINK_LIMIT, LINK_NAMES, type LinkedPage, readLink } from './read-link.ts';
import { changedKeys, type Settings, type SettingsStore } from './settings-store.ts';

export type LinkedSettings = Pick<Settings, 'preset' | 'configuration' | 'backend' | 'model' | 'withControl'>;
/** Of the page's own address. */
export type OwnSettings = LinkedSettings & Pick<Settings, 'linkThreads'>;

/** What a link is made of. */
export interface LinkedStores {
  readonly settings: SettingsStore;
  readonly page: PageStore;
}

export interface LinkOptions {
  /** What the page's `lang` is to be; null: the reader's own language. */
  readonly language?: string | null;
  /** Names the preset even where it is the default, so that no settings remembered by the reader take its place. */
  readonly explicit?: boolean;
  /** Threads a player; null: not said. */
  readonly threads?: number | null;
}

/**
 * The query of a link, without its question mark: what differs from the preset, in the order of the parameter table. `settingsFromQuery`
 * and `pageFromQuery` read it back, all but the data, which no link carries, and parameters without a name in links.
 */
export function linkQuery(settings: LinkedSettings, page: LinkedPage, options: LinkOptions = {}): string {
  const { preset, configuration, backend, model, withControl } = settings;
  const { view, chart, hidden, locked } = page;
  const texts: [string, string | null][] = [
    [LINK_NAMES.view, view === VIEWS[0] ? null : view],
    [LINK_NAMES.chart, chart],
    [LINK_NAMES.preset, preset === 'default' && options.explicit !== true ? null : preset],
    ...linkedKeys(settings).flatMap((key): [string, string][] => {
      const { url } = PARAMETERS[key];
      return url === null ? [] : [[url, parameterText(configuration[key])]];
    }),
    [LINK_NAMES.backend, backend === 'auto' ? null : backend],
    [LINK_NAMES.threads, options.threads?.toString() ?? null],
    [LINK_NAMES.model, model === BUILT_IN_MODEL ? null : model],
    [LINK_NAMES.withControl, withControl ? '1' : null],
    [LINK_NAMES.hidden, hidden.length === 0 ? null : hidden.flatMap((key) => PARAMETERS[key].url ?? []).join(',')],
    [LINK_NAMES.locked, locked ? '1' : null],
    [LINK_NAMES.language, options.language ?? null],
  ];
  return texts.flatMap(([name, text]) => (text === null ? [] : [`${name}=${encoded(text)}`])).join('&');
}

/** What a link names: what is set otherwise than in the preset, and the arithmetic wherever it makes a difference. */
function linkedKeys(settings: LinkedSettings): ParameterKey[] {
  const keys = new Set(changedKeys(settings));
  if (rulesMatter(settings.configuration)) keys.add('arithmetic');
  return PARAMETER_LIST.map(({ key }) => key).filter((key) => keys.has(key));
}

/** Commas and slashes are as good as any letter in a query, and shorter so. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%2F', '/');

export interface ShareOptions {
  /** Whether the link hides and locks anything. */
  readonly workshop: boolean;
  readonly hidden: readonly ParameterKey[];
  readonly locked: boolean;
}

/**
 * A link to the settings and the view as they are, absolute. At `LINK_LIMIT` characters or more it would not be taken. The number of
 * threads is left out even where this page's own address has it: it suits the machine here, not the one of whoever follows the link, whose
 * browser measures its own.
 */
export function linkOf(
  { settings, page }: LinkedStores,
  { workshop, hidden, locked }: ShareOptions,
  address: string = location.href,
): string {
  const { origin, pathname, searchParams } = new URL(address);
  const shown = { ...page.getState(), hidden: workshop ? hidden : [], locked: workshop && locked };
  const language = searchParams.get(LINK_NAMES.language);
  return `${origin}${pathname}?${linkQuery(settings.getState(), shown, { language, explicit: true })}`;
}

/**
 * The page's own address with these settings. Names that are not ours stay, and so do the language, and the threads, as a reload is the
 * same machine. Settings that would make it too long are left out: the browser remembers them anyway.
 */
export function addressOf(settings: OwnSettings, page: LinkedPage, address: string): string {
  const url = new URL(address);
  const foreign = [...url.searchParams].filter(([name]) => !isLinkName(name));
  const others = foreign.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  const language = url.searchParams.get(LINK_NAMES.language);
  const withQuery = (query: string): string => {
    url.search = [query, ...others].filter((part) => part !== '').join('&');
    return url.href;
  };
  const options: LinkOptions = { language, threads: settings.linkThreads };
  const whole = withQuery(linkQuery(settings, page, options));
  return whole.length < LINK_LIMIT ? whole : withQuery(linkQuery({ ...settings, ...NO_SETTINGS }, page, options));
}

const NO_SETTINGS = settingsOfNoLink();

function settingsOfNoLink(): LinkedSettings {
  const { preset, configuration, backend, model, withControl } = readLink('');
  return { preset, configuration, backend, model, withControl };
}
