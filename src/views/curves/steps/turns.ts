// Drawing one after the other: what is costly to draw waits for its turn, so that no task of the page holds two of them.

/** Between two turns, for the first one's rendering and whatever else is due. */
const PAUSE_MS = 60;

const waiting: (() => void)[] = [];
let busy = false;
/** Of what must have come before anything can be drawn. */
let held = 0;

/** Keeps all turns waiting until something has come, or failed: what waits for it would else be drawn all at once when it comes. */
export function holdTurns(until: Promise<unknown>): void {
  held += 1;
  const release = () => {
    held -= 1;
    if (!busy) next();
  };
  until.then(release, release);
}

/** Calls `draw` when those before it have had their turn, never at once, unless the returned function is called before. */
export function takeTurn(draw: () => void): () => void {
  waiting.push(draw);
  if (!busy && held === 0) {
    busy = true;
    setTimeout(next);
  }
  return () => {
    const at = waiting.indexOf(draw);
    if (at >= 0) waiting.splice(at, 1);
  };
}

function next(): void {
  if (held > 0) {
    busy = false;
    return;
  }
  const draw = waiting.shift();
  busy = draw !== undefined;
  if (draw === undefined) return;
  // The pause begins after the drawing's own task, however long that takes.
  draw();
  setTimeout(() => setTimeout(next), PAUSE_MS);
}
