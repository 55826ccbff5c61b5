// A box that scrolls sideways and can be reached and scrolled by keyboard; on narrow screens its tables stack instead.

import type { ReactNode } from 'react';

export function Scroller({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** The column's name within a cell, shown where a narrow screen stacks the cells. */
export function CellName({ children }: { readonly children: ReactNode }) {
  return (
    <span className="cell-name" aria-hidden="true">
      {children}
    </span>
  );
}
