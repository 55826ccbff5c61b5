// A titled part of the page.

import type { ReactNode } from 'react';

export function Section(props: { readonly id: string; readonly title: string; readonly children: ReactNode }) {
  const { id, title, children } = props;
  return (
    <section aria-labelledby={`${id}-title`} className={`section ${id}`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

/** What stands where nothing is yet. */
export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="quiet">{children}</p>;
}
