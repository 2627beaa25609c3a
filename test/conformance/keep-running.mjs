// Runs programs for as long as somebody holds the other end of its standard input, and then stops them and removes their
// folder. So a test that is interrupted, killed or crashes leaves nothing behind.
//
//   node keep-running.mjs FOLDER '[["PROGRAM", "ARGUMENT", ...], ...]'
//
// What the programs say goes to FOLDER/<program>.log. If one of them ends by itself, the last of what it said is
// printed, the others are stopped as well, and the exit code is 1; the folder is then removed too.

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const [folder, commands] = process.argv.slice(2);
const running = [];
let stopping = false;

// Ctrl-C reaches every process of a terminal; what counts is that the test is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

for (const [program, ...args] of JSON.parse(commands)) {
  const log = path.join(folder, `${path.basename(program).split('@')[0]}.log`);
  const output = openSync(log, 'a');
  // A group of its own keeps the terminal's Ctrl-C away: the programs are stopped in order.
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  running.push(child);
  child.on('error', (error) => failed(`${program}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (stopping) return;
    const said = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
    failed(`${path.basename(program)} ended with ${signal ?? code}:\n${said}`);
  });
}

process.stdin.on('end', () => stop(0));
process.stdin.on('error', () => stop(0));
process.stdin.resume();

function failed(message) {
  if (stopping) return;
  process.stderr.write(`${message}\n`);
  stop(1);
}

async function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const child of running.reverse()) await ended(child);
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

function ended(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise((resolve) => {
    const impatient = setTimeout(() => child.kill('SIGKILL'), 5000);
    child.once('exit', () => {
      clearTimeout(impatient);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
