// np-guard's analyzer, where it is installed.

import { spawnSync } from 'node:child_process';

export function evaluate({ folder, command }) {
  const started = performance.now();
  const { status, error, stderr } = spawnSync(command, ['list', '--quiet', '--dirpath', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with status ${status}: ${stderr.slice(0, 500)}`);
  return { seconds: { load: 0, graph: (performance.now() - started) / 1000 } };
}
