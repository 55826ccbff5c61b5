// What goes with a change of view: the focus moves to its heading, and it is scrolled to where it was left.

import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ViewName } from '../../lab/settings/page-store.ts';
import { useSurroundings } from '../common/lab-context.ts';

/** Where each view was left, in pixels from the top. */
const left = new Map<ViewName, number>();

/** To be used by what is mounted anew with each view, once its content is there. */
export function useViewChange(view: ViewName): void {
  const { page } = useSurroundings().lab;
  useEffect(
    () =>
      page.subscribe((now, before) => {
        if (now.view !== before.view) left.set(before.view, scrollY);
      }),
    [page],
  );
  const shown = useRef(view);
  useLayoutEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    // Before the view is painted, but in a task of its own: both lay out the page, which may take as long as all that came before.
    const frame = requestAnimationFrame(() => {
      scrollTo({ top: left.get(view) ?? 0, behavior: 'instant' });
      document.getElementById('view-title')?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [view]);
}
