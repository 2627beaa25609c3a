// Processes of the benchmark. The benchmark itself loads nothing large: on Linux a new process starts with the peak
// memory of the one that made it.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const STEP = fileURLToPath(new URL('step.mjs', import.meta.url));
const ROOT = path.resolve(path.dirname(STEP), '../../..');

let running;

/** Stops the process that is running now, if there is one. */
export function stopProcess() {
  running?.kill('SIGKILL');
}

/**
 * Runs a step, see step.mjs.
 * @returns what it reports with the seconds of the whole process, or `stopped` if it took longer than the limit
 */
export async function runStep(step, limitSeconds = 600) {
  const { stopped, wallSeconds, output } = await runNode([STEP, JSON.stringify(step)], limitSeconds);
  return stopped ? { stopped } : { stopped, wallSeconds, ...JSON.parse(output) };
}

/** Runs Node.js in the root of the repository; throws if it fails. */
export function runNode(args, limitSeconds = 600) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    running = child;
    let output = '';
    let stopped = false;
    const timer = setTimeout(() => {
      stopped = true;
      child.kill('SIGKILL');
    }, limitSeconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      running = undefined;
      const wallSeconds = (performance.now() - started) / 1000;
      if (stopped || status === 0) resolve({ stopped, wallSeconds, output });
      else reject(new Error(`${args.join(' ')} ended with ${signal ?? `status ${status}`}`));
    });
  });
}
