// Whether a browser is used, installed or missed, decided over a described machine. Looks at nothing and installs nothing.

export interface Machine {
  /** The browser's program, where one was found. */
  readonly found: string | undefined;
  /** Whether a package of Debian's can be installed without asking. */
  readonly canInstall: boolean;
  /** Whether it may be: `--no-install` says not. */
  readonly mayInstall: boolean;
}

export interface Wanted {
  /** As it is called to people. */
  readonly browser: string;
  /** Debian's package of it. */
  readonly package: string;
  /** What needs it. */
  readonly purpose: string;
}

export type BrowserPlan =
  | { readonly do: 'use'; readonly path: string }
  /** `say` comes first: what will be installed, and why. */
  | { readonly do: 'install'; readonly say: string }
  | { readonly do: 'miss' };

export function browserPlan({ found, canInstall, mayInstall }: Machine, wanted: Wanted): BrowserPlan {
  if (found !== undefined) return { do: 'use', path: found };
  if (!canInstall || !mayInstall) return { do: 'miss' };
  const say = `There is no ${wanted.browser} here: Debian's package ${wanted.package} will be installed now, for ${wanted.purpose} (--no-install leaves that).`;
  return { do: 'install', say };
}

/** What `npm test` says where the browser that it needs is missing. */
export const CHROME_MISSING =
  'Browser tests and benchmarks need Chrome or Chromium: install one, or set CHROME_PATH to its program.';
export const FIREFOX_MISSING =
  'There is no Firefox, so its tests are left out: install one, or set FIREFOX_PATH to its program.';
