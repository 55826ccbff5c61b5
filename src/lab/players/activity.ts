// Who was at work when: the two players' recent spans, and how long both worked at once.

import type { PlayerName } from '../browser/page-workers.ts';

export interface WorkSpan {
  readonly who: PlayerName;
  readonly method: string;
  /** Milliseconds since 1970, by the worker's own clock. */
  readonly from: number;
  readonly to: number;
}

const KEPT = 400;

export class Activity {
  #spans: WorkSpan[] = [];

  add(span: WorkSpan): void {
    this.#spans.push(span);
    if (this.#spans.length > 2 * KEPT) this.#spans = this.#spans.slice(-KEPT);
  }

  clear(): void {
    this.#spans = [];
  }

  get spans(): readonly WorkSpan[] {
    return this.#spans;
  }
}

/** Milliseconds in which a span of either player ran, and in which spans of both did. */
export function busyTimes(spans: readonly WorkSpan[]): { readonly either: number; readonly both: number } {
  const edges = spans.flatMap(({ who, from, to }) => [
    { at: from, who, by: 1 },
    { at: to, who, by: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at);
  const open = { player: 0, opponent: 0 };
  let [either, both, last] = [0, 0, 0];
  for (const { at, who, by } of edges) {
    if (open.player > 0 || open.opponent > 0) either += at - last;
    if (open.player > 0 && open.opponent > 0) both += at - last;
    open[who] += by;
    last = at;
  }
  return { either, both };
}
