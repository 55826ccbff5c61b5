// Who plays a run: one tab at a time. A lock of the browser's is held for as long as a tab plays, and falls with the tab.

const PREFIX = 'spin-lab run ';

/** Absent in Node, and where the page is not secure: then there is nobody to share with. */
const locks = (): LockManager | undefined => (globalThis.navigator as Navigator | undefined)?.locks;

/** Another tab that awaits the run's end has its lock for a moment when it comes: so often is looked again, after so long. */
const TRIES = 5;
const TRY_AGAIN_MS = 60;

/** What this tab holds: for each run the lock's own mark. */
const own = new Map<string, symbol>();

/** Takes the run for this tab; null where another one has it. */
export async function holdRun(id: string): Promise<(() => void) | null> {
  const manager = locks();
  if (manager === undefined) return () => undefined;
  for (let tried = 1; ; tried++) {
    const release = await holdIfFree(manager, id);
    if (release !== null || tried === TRIES) return release;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
}

function holdIfFree(manager: LockManager, id: string): Promise<(() => void) | null> {
  const mark = Symbol(id);
  return new Promise((resolve, reject) => {
    manager
      .request(`${PREFIX}${id}`, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        own.set(id, mark);
        return new Promise<void>((release) => resolve(release));
      })
      .then(() => {
        if (own.get(id) === mark) own.delete(id);
      })
      .catch(reject);
  });
}

/** Resolves when no tab plays the run any more, even if the one that did was killed and could not tell. */
export async function runFree(id: string): Promise<void> {
  await locks()?.request(`${PREFIX}${id}`, { mode: 'shared' }, () => undefined);
}

/** The runs that other tabs play now. */
export async function runsHeldElsewhere(): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks()?.query()) ?? {};
  const playing = held.filter(({ mode }) => mode === 'exclusive');
  const ids = playing.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
  return new Set(ids.filter((id) => !own.has(id)));
}
