// An element's width as the browser lays it out.

import { type RefObject, useEffect, useState } from 'react';

/** Whole pixels; 0 until it is known. What is hidden for a while keeps the width that it had, so that it is not drawn anew. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      setWidth((before) => Math.floor(entry?.contentRect.width ?? 0) || before);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
