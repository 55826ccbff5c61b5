// What a link says: settings, view, and what a workshop hides, read as strictly as any input.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import { FORMER_RULES, rulesMatter } from '../../spin/former-rules.ts';
import type { ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETER_LIST } from '../../spin/parameters/parameter-table.ts';
import { PRESET_NAMES, type PresetName, presetConfiguration } from '../../spin/presets.ts';
import type { Problem } from '../../spin/validation.ts';
import type { BackendChoice } from '../players/backend.ts';
import { isThreadCount } from '../players/thread-choice.ts';
import { BACKEND_CHOICES, type BasePreset, BUILT_IN_MODEL, baseOf, isModelFolder } from './allowed-settings.ts';
import { isChartId, type PageState, VIEWS, type ViewName } from './page-store.ts';
import { type ParameterTexts, type Refused, takeTexts } from './take-texts.ts';

/** Longer addresses get lost on their way through mails and chats. */
export const LINK_LIMIT = 2000;

/** Names in a link that are no parameter's. */
export const LINK_NAMES = {
  preset: 'preset',
  backend: 'backend',
  threads: 'threads',
  model: 'model',
  withControl: 'withcontrol',
  view: 'view',
  chart: 'chart',
  hidden: 'hide',
  locked: 'lock',
  language: 'lang',
} as const;
type LinkName = keyof typeof LINK_NAMES;
/** `threads` is none of them: it says how this machine plays, not what; what is remembered and which run is shown stay as they are. */
const SETTING_NAMES = [
  'preset',
  'backend',
  'model',
  'withControl',
  'hidden',
  'locked',
] as const satisfies readonly LinkName[];

/** What is wrong with a link. */
export type LinkFault =
  | { readonly code: 'parameter'; readonly problem: Problem }
  | { readonly code: 'twice' | 'too-long'; readonly value: string }
  | { readonly code: Exclude<LinkName, 'language'>; readonly value: string };

export type PagePlace = Pick<PageState, 'view' | 'chart'>;
export type LinkedPage = Pick<PageState, 'view' | 'chart' | 'hidden' | 'locked'>;

export interface LinkContents {
  readonly preset: BasePreset;
  readonly configuration: SpinConfiguration;
  readonly backend: BackendChoice;
  /** Threads a player on the CPU; null: not said. */
  readonly threads: number | null;
  /** Folder of the model beside the page, with a slash at its end. */
  readonly model: string;
  readonly withControl: boolean;
  readonly view: ViewName;
  readonly chart: string | null;
  readonly hidden: readonly ParameterKey[];
  readonly locked: boolean;
  /** It says something about settings, or about who may change them. */
  readonly named: boolean;
  /** If any, nothing but the view is taken. */
  readonly faults: readonly LinkFault[];
  readonly problems: readonly Refused[];
}

/** Whether this name in an address's query is one of ours. */
export const isLinkName = (name: string): boolean =>
  Object.values<string>(LINK_NAMES).includes(name) || PARAMETER_LIST.some(({ url }) => url === name);

/** Reads an address's query. Names that are not ours are other people's and are left alone. */
export function readLink(query: string): LinkContents {
  const given = new URLSearchParams(query);
  const faults: LinkFault[] = [...new Set(given.keys())]
    .filter((name) => isLinkName(name) && given.getAll(name).length > 1)
    .map((value) => ({ code: 'twice', value }));
  if (query.length >= LINK_LIMIT) faults.push({ code: 'too-long', value: String(query.length) });
  const read = <T>(name: Exclude<LinkName, 'language'>, absent: T, parse: (text: string) => T | undefined): T => {
    const text = given.get(LINK_NAMES[name]);
    const value = text === null ? absent : parse(text);
    if (value === undefined) faults.push({ code: name, value: text ?? '' });
    return value ?? absent;
  };
  const page = {
    view: read('view', VIEWS[0] as ViewName, (text) => VIEWS.find((name) => name === text)),
    chart: read<string | null>('chart', null, (text) => (isChartId(text) ? text : undefined)),
  };
  const asked = read<PresetName>('preset', 'default', (text) => PRESET_NAMES.find((name) => name === text));
  const about = {
    backend: read<BackendChoice>('backend', 'auto', (text) => BACKEND_CHOICES.find((name) => name === text)),
    threads: read<number | null>('threads', null, parseThreads),
    model: read('model', BUILT_IN_MODEL, (text) => (isModelFolder(text) ? text : undefined)),
    withControl: read('withControl', false, parseSwitch),
  };
  const workshop = {
    hidden: read<readonly ParameterKey[]>('hidden', [], parseHidden),
    locked: read('locked', false, parseSwitch),
  };
  const texts = parameterTexts(given);
  const { configuration, problems } = takeLinked(presetConfiguration(asked), texts);
  faults.push(...oncePerSentence(problems).map((problem) => ({ code: 'parameter' as const, problem })));
  const named = texts.size > 0 || SETTING_NAMES.some((name) => given.has(LINK_NAMES[name]));
  if (faults.length === 0)
    return { ...page, preset: baseOf(asked), configuration, ...about, ...workshop, named, faults, problems };
  return { ...page, ...nothing(), named, faults, problems };
}

/** The view that an address asks for, and what its workshop hides. */
export function pageFromQuery(query: string): LinkedPage {
  const { view, chart, hidden, locked } = readLink(query);
  return { view, chart, hidden, locked };
}

/** The view alone: what back, forward and a press on a link within the page go to. */
export function placeFromQuery(query: string): PagePlace {
  const { view, chart } = readLink(query);
  return { view, chart };
}

const nothing = () => ({
  preset: 'default' as const,
  configuration: presetConfiguration('default'),
  backend: 'auto' as const,
  threads: null,
  model: BUILT_IN_MODEL,
  withControl: false,
  hidden: [],
  locked: false,
});

/** A joint problem is told at each of its parameters, but it is one. */
const oncePerSentence = (problems: readonly Refused[]): readonly Refused[] =>
  problems.filter(({ message }, at) => problems.findIndex((one) => one.message === message) === at);

const parseSwitch = (text: string): boolean | undefined => (text === '1' ? true : text === '0' ? false : undefined);

function parseThreads(text: string): number | undefined {
  const threads = /^\d$/.test(text) ? Number(text) : undefined;
  return isThreadCount(threads) ? threads : undefined;
}

function parseHidden(text: string): readonly ParameterKey[] | undefined {
  const rows = text.split(',').map((name) => PARAMETER_LIST.find((row) => row.url === name && row.hideable));
  return rows.some((row) => row === undefined) ? undefined : rows.flatMap((row) => row?.key ?? []);
}

function parameterTexts(given: URLSearchParams): ParameterTexts {
  return new Map(
    PARAMETER_LIST.flatMap(({ key, url }) => {
      const text = url === null ? null : given.get(url);
      return text === null ? [] : [[key, text] as const];
    }),
  );
}

/** A link of a time when links did not name the arithmetic keeps the rules of that time, where they make a difference. */
function takeLinked(base: SpinConfiguration, texts: ParameterTexts): ReturnType<typeof takeTexts> {
  const taken = takeTexts(base, texts);
  const said = texts.has('arithmetic') || !rulesMatter(taken.configuration);
  return said ? taken : takeTexts({ ...base, ...FORMER_RULES }, texts);
}
