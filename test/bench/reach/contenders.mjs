import { spawnSync } from 'node:child_process';

export const PORTCULLIS = {
  id: 'portcullis',
  title: 'Portcullis',
  module: 'reach/contenders/portcullis.mjs',
  options: {},
};
export const NAIVE = {
  id: 'naive',
  title: 'every pair, every policy',
  module: 'reach/contenders/naive.mjs',
  options: {},
};

/** Names under which np-guard's analyzer is installed. */
const COMMANDS = ['netpol-analyzer', 'netpolicy'];

/** What is measured here, and what would be if it were installed. */
export function contenders() {
  const command = COMMANDS.find((name) => spawnSync(name, ['version'], { stdio: 'ignore' }).error === undefined);
  const title = 'np-guard netpol-analyzer list';
  if (command === undefined) {
    const skipped = [{ title, reason: `no program ${COMMANDS.map((name) => `'${name}'`).join(' or ')} on the PATH` }];
    return { available: [PORTCULLIS, NAIVE], skipped };
  }
  const analyzer = { id: 'np-guard', title, module: 'reach/contenders/netpol-analyzer.mjs', options: { command } };
  return { available: [PORTCULLIS, NAIVE, analyzer], skipped: [] };
}
