// The theme on the page's root, kept in this browser.

import { useLayoutEffect } from 'react';
import { browserStorage, guarded } from '../../lab/browser/browser-storage.ts';
import { THEMES } from '../../lab/settings/page-store.ts';
import { usePage, useSurroundings } from '../common/lab-context.ts';

/** Also read by index.html, before anything is drawn. */
const PLACE = 'spin-lab.theme';
/** Where it is denied the theme holds for this page. */
const kept = guarded(browserStorage());

export function useTheme(): void {
  const { page } = useSurroundings().lab;
  const theme = usePage((state) => state.theme);
  // Before the first painting, and before the theme is written below.
  useLayoutEffect(() => {
    const before = THEMES.find((one) => one === kept.read(PLACE));
    if (before !== undefined && page.getState().theme === 'auto') page.setState({ theme: before });
    return page.subscribe((now, last) => {
      if (now.theme !== last.theme) kept.write(PLACE, now.theme);
    });
  }, [page]);
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}
