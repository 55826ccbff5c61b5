// Which token somebody looks at: the one under the pointer, or else the one that was tapped or has the focus.

import { useEffect, useMemo, useRef, useState } from 'react';

export type Side = 'real' | 'generated';

export interface Looked {
  readonly side: Side;
  /** Index of the token in its answer. */
  readonly at: number;
}

export interface Looking {
  readonly looked: Looked | null;
  hover(looked: Looked): void;
  /** The pointer has left; what it looked at stays long enough to reach the details. */
  leave(): void;
  /** The pointer is at the details. */
  stay(): void;
  pin(looked: Looked): void;
  close(): void;
}

export const DETAILS_ID = 'token-details';

/** Whether the focus goes away from tokens and details. */
export const isLeaving = ({ relatedTarget }: { readonly relatedTarget: EventTarget | null }): boolean =>
  !(relatedTarget instanceof Element && relatedTarget.closest(`.arena-tokens, #${DETAILS_ID}`) !== null);

const LEAVING_MS = 400;

export function useLooking(): Looking {
  const [hovered, setHovered] = useState<Looked | null>(null);
  const [pinned, setPinned] = useState<Looked | null>(null);
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(leaving.current), []);
  const acts = useMemo(() => {
    const stay = () => clearTimeout(leaving.current);
    return {
      stay,
      hover: (looked: Looked) => {
        stay();
        setHovered(looked);
      },
      leave: () => {
        stay();
        leaving.current = setTimeout(() => setHovered(null), LEAVING_MS);
      },
      pin: (looked: Looked) => {
        setPinned(looked);
        setHovered(null);
      },
      close: () => {
        stay();
        setHovered(null);
        setPinned(null);
      },
    };
  }, []);
  return useMemo(() => ({ looked: hovered ?? pinned, ...acts }), [hovered, pinned, acts]);
}
