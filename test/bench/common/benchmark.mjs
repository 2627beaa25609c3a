import { writeFileSync } from 'node:fs';
import { stopProcess } from './process.mjs';

/**
 * Runs a benchmark, prints its report, and removes what it wrote, however it ends. What fails makes the process exit with 1.
 * @param scratch its temporary folders
 * @param json file for the report as JSON, undefined for none
 * @param measure promises the report
 * @param format makes the text for the terminal of it
 * @param progress shows how far it has come, on one line; an empty text clears the line
 */
export async function runBenchmark({ scratch, json, measure, format, progress = () => {} }) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      stopProcess();
      scratch.remove();
      process.exit(1);
    });
  }
  try {
    const report = await measure();
    progress('');
    process.stdout.write(format(report));
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  } catch (error) {
    progress('');
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } finally {
    scratch.remove();
  }
}

/** Shows progress on a terminal, and nothing elsewhere. */
export function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
