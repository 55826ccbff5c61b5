// When a chart is drawn: in its turn, at most twice a second, and only while somebody can see it.

import { type RefObject, startTransition, useEffect, useRef, useState } from 'react';
import { takeTurn } from './turns.ts';

const REDRAW_MS = 500;

export interface DrawingTurn<Wanted> {
  readonly wanted: Wanted;
  /** Of the numbers that are to be drawn. */
  readonly revision: number;
}

/**
 * What a chart should draw now, and null before its first turn. A redraw costs the page ten times what a step's event does, so charts
 * take turns; what is asked for by hand (`wanted`) takes the next one, what the run brings (`revision`) waits for the chart's own.
 */
export function useTurn<Wanted>(
  figure: RefObject<HTMLElement | null>,
  wanted: Wanted,
  revision: () => number,
): DrawingTurn<Wanted> | null {
  const [turn, setTurn] = useState<DrawingTurn<Wanted> | null>(null);
  const latest = useRef(wanted);
  const ask = useRef<() => void>(null);
  useEffect(() => {
    const turns = new Turns({ wanted: () => latest.current, revision }, setTurn);
    ask.current = turns.ask;
    turns.ask();
    // What comes into sight is drawn at its next turn, so its margin is a turn's scrolling.
    const observer = new IntersectionObserver(([entry]) => turns.setSeen(entry?.isIntersecting ?? true), {
      rootMargin: '400px',
    });
    if (figure.current !== null) observer.observe(figure.current);
    return () => {
      observer.disconnect();
      turns.end();
    };
  }, [figure, revision]);
  useEffect(() => {
    latest.current = wanted;
    ask.current?.();
  }, [wanted]);
  return turn;
}

interface Now<Wanted> {
  wanted(): Wanted;
  revision(): number;
}

/** One chart's turns: it waits for one at a time, and only when there is something new to be seen. */
class Turns<Wanted> {
  readonly #now: Now<Wanted>;
  readonly #draw: (turn: DrawingTurn<Wanted>) => void;
  #drawn: DrawingTurn<Wanted> | null = null;
  #seen = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cancel: (() => void) | null = null;

  constructor(now: Now<Wanted>, draw: (turn: DrawingTurn<Wanted>) => void) {
    this.#now = now;
    this.#draw = draw;
  }

  readonly ask = (): void => {
    if (this.#cancel !== null) return;
    clearTimeout(this.#timer);
    if (this.#seen && !document.hidden && !this.#fresh()) this.#cancel = takeTurn(this.#take);
    else this.#timer = setTimeout(this.ask, REDRAW_MS);
  };

  setSeen(seen: boolean): void {
    this.#seen = seen;
    if (seen) this.ask();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#cancel?.();
  }

  #fresh(): boolean {
    return this.#drawn?.wanted === this.#now.wanted() && this.#drawn.revision === this.#now.revision();
  }

  readonly #take = (): void => {
    this.#cancel = null;
    const turn = { wanted: this.#now.wanted(), revision: this.#now.revision() };
    this.#drawn = turn;
    // In slices: what the page is asked meanwhile comes first.
    startTransition(() => this.#draw(turn));
    this.#timer = setTimeout(this.ask, REDRAW_MS);
  };
}
