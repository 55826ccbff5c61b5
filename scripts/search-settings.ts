// Looks for settings on the search prompts, which no reported number uses. Each argument is one run: a label, a colon, and JSON of what
// differs from the default preset: `tsx scripts/search-settings.ts --base runs/base 'a:{"lambdas":[1]}' 'b:{"lambdas":[0.3]}'`.

import { parseArgs } from 'node:util';
import { DEFAULTS } from '../src/spin/parameters/parameter-table.ts';
import { validate } from '../src/spin/validation.ts';
import { experiment } from './experiment.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: 'string', default: 'public/models/spin-small' },
    prompts: { type: 'string', default: '180' },
    samples: { type: 'string', default: '12' },
    threads: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    families: { type: 'boolean', default: false },
  },
});

const show = (value: number | null, digits = 3): string => (value === null ? '–' : value.toFixed(digits));

for (const argument of positionals) {
  const at = argument.indexOf(':');
  const checked = validate({ ...DEFAULTS, seed: Number(values.seed), ...JSON.parse(argument.slice(at + 1)) });
  if (!('configuration' in checked)) throw new RangeError(JSON.stringify(checked));
  for await (const { iteration, seconds, report, last } of experiment({
    base: values.base,
    configuration: checked.configuration,
    heldOut: 'search',
    judgeSeed: 7,
    prompts: Number(values.prompts),
    samples: Number(values.samples),
    backend: 'native',
    threads: Number(values.threads),
  })) {
    const numbers = [
      `hl ${show(report.human_likeness)} ±${show(((report.human_likeness_ci95[1] ?? 0) - (report.human_likeness_ci95[0] ?? 0)) / 2)}`,
      `klf ${show(report.kl_forward)}`,
      `klr ${show(report.kl_reverse)}`,
      `div ${show(report.diversity)}`,
      `nll ${show(report.nll)}`,
      last
        ? `loss ${show(last.loss)} real ${show(last['logps/real'], 2)} gen ${show(last['logps/generated'], 2)} acc ${show(last['rewards/accuracies'], 2)}`
        : '',
      `${seconds.toFixed(0)} s`,
    ];
    console.log(`${argument.slice(0, at)} seed ${values.seed} it ${iteration}: ${numbers.join('  ')}`);
    if (values.families) {
      console.log(
        `   ${Object.entries(report.families)
          .map(([name, one]) => `${name} ${show(one.human_likeness, 2)}`)
          .join(' ')}`,
      );
    }
  }
}
