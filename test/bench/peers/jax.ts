// A SPIN training step in jax-js as a contender: `jax`. The step itself is in jax-step.ts, the model in jax-llama.ts.

import manifest from '../../../package.json';
import type { Contender } from '../contender.ts';
import { claimCores } from './cores.ts';

export const jax: Contender = {
  name: 'jax-js',
  version: `jax-js ${manifest.devDependencies['@jax-js/jax']}`,
  async open(place, training) {
    // The library makes its pool, a thread for each core, when it is loaded.
    claimCores(place.threads);
    const { openStepper } = await import('./jax-step.ts');
    return openStepper(place, training);
  },
};
