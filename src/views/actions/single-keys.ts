// Whether single keys are shortcuts, kept in this browser. Those who speak to their machine, or type by a switch, turn them off.

import { browserStorage, guarded } from '../../lab/browser/browser-storage.ts';

const PLACE = 'spin-lab.single-keys';

/** Storage may be denied: then single keys work, and turning them off lasts until the page is closed. */
const kept = guarded(browserStorage());
let off = kept.read(PLACE) === 'off';

export const singleKeysWork = (): boolean => !off;

export function letSingleKeysWork(work: boolean): void {
  off = !work;
  kept.write(PLACE, work ? 'on' : 'off');
}
