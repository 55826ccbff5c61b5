// The view in the address: links, back and forward, and what a press on a link to a view does.

import { useEffect } from 'react';
import { VIEWS, type ViewName } from '../../lab/settings/page-store.ts';
import { useSurroundings } from '../common/lab-context.ts';

interface Place {
  readonly view: ViewName;
  readonly chart: string | null;
}

/** The address of a view of this page as it is set now; the first view needs no mention. */
export function viewAddress(view: ViewName, chart: string | null = null): string {
  const query = new URLSearchParams(location.search);
  set(query, 'view', view === VIEWS[0] ? null : view);
  set(query, 'chart', chart);
  return query.size === 0 ? location.pathname : `?${query}`;
}

function set(query: URLSearchParams, name: string, value: string | null): void {
  if (value === null) query.delete(name);
  else query.set(name, value);
}

function placeOf(search: string): Place {
  const query = new URLSearchParams(search);
  return { view: VIEWS.find((name) => name === query.get('view')) ?? VIEWS[0], chart: query.get('chart') };
}

/** Keeps address and page store at the same view, whichever changes first. */
export function useAddress(): void {
  const { page } = useSurroundings().lab;
  useEffect(() => {
    const unsubscribe = page.subscribe(({ view, chart }, before) => {
      const there = placeOf(location.search);
      if (view === before.view && chart === before.chart) return;
      if (view !== there.view || chart !== there.chart) history.pushState(history.state, '', viewAddress(view, chart));
    });
    const onPop = () => page.setState(placeOf(location.search));
    const onClick = (event: MouseEvent) => {
      const place = linkedPlace(event);
      if (place === null) return;
      event.preventDefault();
      page.setState(place);
    };
    window.addEventListener('popstate', onPop);
    window.addEventListener('click', onClick);
    return () => {
      unsubscribe();
      window.removeEventListener('popstate', onPop);
      window.removeEventListener('click', onClick);
    };
  }, [page]);
}

/** Where a plain press on a link within this page leads; null for all else, which is the browser's. */
function linkedPlace(event: MouseEvent): Place | null {
  const { target, button } = event;
  if (event.defaultPrevented || button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
    return null;
  }
  const link = target instanceof Element ? target.closest('a') : null;
  if (link === null || link.hash !== '' || link.target !== '' || link.hasAttribute('download')) return null;
  return link.origin === location.origin && link.pathname === location.pathname ? placeOf(link.search) : null;
}
