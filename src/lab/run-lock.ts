// Who plays a run: one tab at a time. A lock of the browser's is held for as long as a tab plays, and falls with the tab. Knows no run.

const PREFIX = 'spin-lab run ';

/** Absent in Node, and where the page is not secure: then there is nobody to share with. */
const locks = (): LockManager | undefined => (globalThis.navigator as Navigator | undefined)?.locks;

/** Takes the run for this tab; null where another one has it. */
export async function holdRun(id: string): Promise<(() => void) | null> {
  const manager = locks();
  if (manager === undefined) return () => undefined;
  return new Promise((resolve, reject) => {
    manager
      .request(`${PREFIX}${id}`, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

/** The runs that any tab plays now. */
export async function runsHeld(): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks()?.query()) ?? {};
  return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
}
