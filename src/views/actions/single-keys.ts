// Whether single keys are shortcuts, kept in this browser. Those who speak to their machine, or type by a switch, turn them off.

const PLACE = 'spin-lab.single-keys';

/** Storage may be denied: then single keys work, and turning them off lasts until the page is closed. */
let off = read();

function read(): boolean {
  try {
    return localStorage.getItem(PLACE) === 'off';
  } catch {
    return false;
  }
}

export const singleKeysWork = (): boolean => !off;

export function letSingleKeysWork(work: boolean): void {
  off = !work;
  try {
    localStorage.setItem(PLACE, work ? 'on' : 'off');
  } catch {
    // Denied: it holds for this page.
  }
}
