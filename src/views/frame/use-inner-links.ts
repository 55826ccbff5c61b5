// What a press on a link within the page does: it changes the view.

import { useEffect } from 'react';
import { type PagePlace, placeFromQuery } from '../../lab/settings/read-link.ts';
import { useSurroundings } from '../common/lab-context.ts';

export function useInnerLinks(): void {
  const { page } = useSurroundings().lab;
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const place = linkedPlace(event);
      if (place === null) return;
      event.preventDefault();
      page.setState(place);
    };
    window.addEventListener('click', onClick);
    return () => window.removeEventListener('click', onClick);
  }, [page]);
}

/** Where a plain press on a link within this page leads; null for all else, which is the browser's. */
function linkedPlace(event: MouseEvent): PagePlace | null {
  const { target, button } = event;
  if (event.defaultPrevented || button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
    return null;
  }
  const link = target instanceof Element ? target.closest('a') : null;
  if (link === null || link.hash !== '' || link.target !== '' || link.hasAttribute('download')) return null;
  return link.origin === location.origin && link.pathname === location.pathname ? placeFromQuery(link.search) : null;
}
