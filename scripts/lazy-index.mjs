// Lets the compiled index load a module when something in it is asked for, not before: a program that declares workspaces
// has no use for alerts, fleets and stacks, and need not wait for them. `tsc` compiles a re-export to a variable for the
// module and a getter that reads it; this puts a stand-in into the variable. The getters stay as they are, because
// Node.js finds out from their form what programs may `import` by name. (Those load everything: it reads all names.)
// Usage: node scripts/lazy-index.mjs [folder of the build, dist by default]
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url)));
const file = join(build, 'lib/index.js');
const text = readFileSync(file, 'utf8');
const STATEMENT = /^var (\w+) = (require\("[^"]+"\));$/gm;
const statements = text.match(STATEMENT)?.length ?? 0;
if (statements === 0 || text.split('require(').length !== statements + 1) {
  throw new Error(`${file}: tsc compiles re-exports in another way than scripts/lazy-index.mjs knows`);
}
const lazy = 'const lazy = (load) => new Proxy({}, { get: (_, name) => load()[name] });';
writeFileSync(file, text.replace(STATEMENT, 'var $1 = lazy(() => $2);').replace(/^var /m, `${lazy}\n$&`));
