// What a link says: settings, view, and what a workshop hides, read as strictly as any input.

import type { SpinConfiguration } from '../../spin/configuration.ts';
import { FORMER_RULES, rulesMatter } from '../../spin/former-rules.ts';
import type { Parameter, ParameterKey } from '../../spin/parameters/parameter-kinds.ts';
import { PARAMETER_LIST, PARAMETERS } from '../../spin/parameters/parameter-table.ts';
import { PRESET_LAYERS, PRESET_NAMES, type PresetName, presetConfiguration } from '../../spin/presets.ts';
import { type Problem, validate } from '../../spin/validation.ts';
import type { BackendChoice } from '../players/backend.ts';
import { isThreadCount } from '../players/thread-choice.ts';
import { VIEWS, type ViewName } from './page-store.ts';
import { parameterValue } from './parameter-text.ts';

export const BUILT_IN_MODEL = 'models/spin-small/';
export const BACKEND_CHOICES: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm'];
/** Longer addresses get lost on their way through mails and chats. */
export const LINK_LIMIT = 2000;

export type BasePreset = (typeof PRESET_LAYERS.base)[number];

/** The base layer of a preset: a loss alone lies over the default. */
export const baseOf = (preset: PresetName): BasePreset =>
  PRESET_LAYERS.base.find((name) => name === preset) ?? 'default';

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

/** A text that was given for a parameter and not taken. `key` is of the parameter that the sentence speaks of. */
export interface Refused extends Problem {
  /** The parameter that it was given for. */
  readonly at: ParameterKey;
  readonly text: string;
}

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

type Texts = ReadonlyMap<ParameterKey, string>;

/** A folder beside the page: no other host, nothing above. */
const MODEL_FOLDER = /^(?:[\w-]+(?:\.[\w-]+)*\/)+$/;
const CHART_ID = /^[\w./-]{1,64}$/;

/** Whether a text names a folder beside the page. */
export const isModelFolder = (text: string): boolean => MODEL_FOLDER.test(text);

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
    chart: read<string | null>('chart', null, (text) => (CHART_ID.test(text) ? text : undefined)),
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

function parameterTexts(given: URLSearchParams): Texts {
  return new Map(
    PARAMETER_LIST.flatMap(({ key, url }) => {
      const text = url === null ? null : given.get(url);
      return text === null ? [] : [[key, text] as const];
    }),
  );
}

/** A link of a time when links did not name the arithmetic keeps the rules of that time, where they make a difference. */
function takeLinked(base: SpinConfiguration, texts: Texts): ReturnType<typeof takeTexts> {
  const taken = takeTexts(base, texts);
  const said = texts.has('arithmetic') || !rulesMatter(taken.configuration);
  return said ? taken : takeTexts({ ...base, ...FORMER_RULES }, texts);
}

/** The parameters that a problem is with: a joint one is with both. */
export function concerns({ key, reason }: Problem, parameter: ParameterKey): boolean {
  return key === parameter || (reason.code === 'tooLongAnswer' && parameter === 'maxLength');
}

/** Takes what texts give for parameters over a valid configuration, and tells what is not taken. */
export function takeTexts(
  base: SpinConfiguration,
  texts: Texts,
): { readonly configuration: SpinConfiguration; readonly problems: readonly Refused[] } {
  const values = Object.fromEntries([...texts].map(([key, text]) => [key, given(key, text)]));
  const validated = validate(values, base);
  if (validated.ok) return { configuration: validated.configuration, problems: [] };
  const problems = validated.problems.flatMap((problem) =>
    [...texts].filter(([at]) => concerns(problem, at)).map(([at, text]) => ({ ...problem, at, text })),
  );
  const others = [...texts].filter(([key]) => !problems.some(({ at }) => at === key));
  // Without those that are refused the rest may still not go together.
  const rest = takeTexts(base, new Map(others));
  return { configuration: rest.configuration, problems: [...problems, ...rest.problems] };
}

const given = (key: ParameterKey, text: string): unknown => parameterValue(PARAMETERS[key] as Parameter, text);
