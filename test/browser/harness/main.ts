// Loads the test page that the address names, `index.html?operators` for `pages/operators.ts`, and gives its exports to the test as
// `globalThis.harness`, a promise.

declare global {
  var harness: Promise<object>;
}

const pages = import.meta.glob<object>('./pages/*.ts');
const name = location.search.slice(1);
const load = pages[`./pages/${name}.ts`];

globalThis.harness = load ? load() : Promise.reject(new Error(`There is no test page ${name}.`));
