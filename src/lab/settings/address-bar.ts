// The address bar: the only one who writes into the browser's history. It follows the settings and the view, and the view follows it
// back and forward.

import { VIEWS, type ViewName } from './page-store.ts';
import { LINK_NAMES, type PagePlace, pageFromQuery, placeFromQuery } from './read-link.ts';
import { addressOf, type LinkedStores } from './write-link.ts';

/** The mark that the page leaves beside an address of its own writing. */
const OWN_ADDRESS = { ownAddress: true } as const;

/** The address was written by the page itself: this is a reload, no link that somebody gave. */
export const isOwnAddress = (): boolean =>
  (globalThis.history?.state as Partial<typeof OWN_ADDRESS> | null)?.ownAddress === true;

/** The address of a view of this page as it is set now; the first view needs no mention. */
export function viewAddress(view: ViewName, chart: string | null = null): string {
  const query = new URLSearchParams(location.search);
  set(query, LINK_NAMES.view, view === VIEWS[0] ? null : view);
  set(query, LINK_NAMES.chart, chart);
  return query.size === 0 ? location.pathname : `?${query}`;
}

function set(query: URLSearchParams, name: string, value: string | null): void {
  if (value === null) query.delete(name);
  else query.set(name, value);
}

/** Names the language in the address, so that a reload and a shared link have it. */
export function writeLanguage(language: string): void {
  const address = new URL(location.href);
  address.searchParams.set(LINK_NAMES.language, language);
  history.replaceState(history.state, '', address);
}

/** Safari throws after 100 changes of the address in 30 seconds; people also change views, which is another change each. */
const SETTLED_MS = 600;
const AFTER_REFUSAL_MS = 10_000;

/**
 * Takes view and workshop from the address. From then on another view is a new entry of the history, and what else changes of settings
 * and page is written there a moment after the last change; an older entry that is gone back to is shown, and written anew with the
 * settings of now.
 * @returns what ends it
 */
export function followAddress(lab: LinkedStores): () => void {
  lab.page.setState(pageFromQuery(location.search));
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = (): void => {
    timer = null;
    try {
      writeAddress(lab);
    } catch {
      later(AFTER_REFUSAL_MS);
    }
  };
  const later = (wait = SETTLED_MS): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(write, wait);
  };
  const soon = (): void => later();
  /** A reload right after a change finds it. */
  const atOnce = (): void => {
    if (timer !== null) write();
  };
  const back = (): void => {
    lab.page.setState(placeFromQuery(location.search));
    later();
  };
  const ends = [
    lab.settings.subscribe(soon),
    lab.page.subscribe((now, before) => {
      if (now.view !== before.view || now.chart !== before.chart) pushPlace(now);
      later();
    }),
  ];
  window.addEventListener('popstate', back);
  window.addEventListener('pagehide', atOnce);
  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const end of ends) end();
    window.removeEventListener('popstate', back);
    window.removeEventListener('pagehide', atOnce);
  };
}

/** Nothing where the address is there already, as it is after going back. */
function pushPlace({ view, chart }: PagePlace): void {
  const there = placeFromQuery(location.search);
  if (view !== there.view || chart !== there.chart) history.pushState(history.state, '', viewAddress(view, chart));
}

function writeAddress({ settings, page }: LinkedStores): void {
  const address = addressOf(settings.getState(), page.getState(), location.href);
  if (address === location.href && isOwnAddress()) return;
  history.replaceState({ ...history.state, ...OWN_ADDRESS }, '', address);
}
