// The theme on the page's root, kept in this browser.

import { useLayoutEffect } from 'react';
import { THEMES, type Theme } from '../../lab/settings/page-store.ts';
import { usePage, useSurroundings } from '../common/lab-context.ts';

/** Also read by index.html, before anything is drawn. */
const PLACE = 'spin-lab.theme';

export function useTheme(): void {
  const { page } = useSurroundings().lab;
  const theme = usePage((state) => state.theme);
  // Before the first painting, and before the theme is written below.
  useLayoutEffect(() => {
    const kept = keptTheme();
    if (kept !== null && page.getState().theme === 'auto') page.setState({ theme: kept });
    return page.subscribe((now, before) => {
      if (now.theme !== before.theme) keepTheme(now.theme);
    });
  }, [page]);
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}

function keptTheme(): Theme | null {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(PLACE)) ?? null;
  } catch {
    return null;
  }
}

function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(PLACE, theme);
  } catch {
    // Storage is denied: the theme holds for this page.
  }
}
