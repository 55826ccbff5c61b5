// A SPIN training step in jax-js as a contender: `jax`, and `jaxByItsGuide`, which differs in how the loss is read. The step itself is in
// jax-step.ts, the model in jax-llama.ts.

import manifest from '../../../package.json';
import type { Contender } from '../contender.ts';
import { claimCores } from './cores.ts';
import type { Reading } from './jax-step.ts';

const contender = (name: string, reading: Reading): Contender => ({
  name,
  version: `jax-js ${manifest.devDependencies['@jax-js/jax']}`,
  async open(place, training) {
    // The library makes its pool, a thread for each core, when it is loaded.
    claimCores(place.threads);
    const { openStepper } = await import('./jax-step.ts');
    return openStepper(place, training, reading);
  },
});

export const jax = contender('jax-js', 'fastest');
export const jaxByItsGuide = contender('jax-js, read as in its guide', 'guide');
