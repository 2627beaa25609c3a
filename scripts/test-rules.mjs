// Holds every rule file that `npm run synth` wrote against promtool: `check rules`, and `test rules` with the tests
// that were rendered beside it. Usage: node scripts/test-rules.mjs [folder] [--output file for the totals as JSON]
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { parse } from 'yaml';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { output: { type: 'string' } } });
const [folder = 'dist/manifests'] = positionals;

/** Ends the run with what is wrong with it, which is no failure of a rule. */
function giveUp(message) {
  console.error(message);
  process.exit(3);
}

function promtool(args, cwd) {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { cwd, encoding: 'utf8' });
  if (error?.code === 'ENOENT') {
    giveUp(
      'promtool is not on the PATH. It comes with Prometheus: apt install prometheus, or https://prometheus.io/download',
    );
  }
  if (error !== undefined) giveUp(`promtool cannot be run: ${error.message}`);
  return { passed: status === 0, text: `${stdout}${stderr}` };
}

/** What keeps an alert from being tested: no file, no test in which it fires, none in which it is silent. */
function untested({ alert }, tests) {
  const file = tests.find((path) => basename(path) === `${alert}.test`);
  if (file === undefined) return `${alert} has no test`;
  const list = parse(readFileSync(file, 'utf8')).tests;
  const expected = list.flatMap((test) => test.alert_rule_test.map((one) => one.exp_alerts.length));
  if (!expected.includes(0)) return `${alert} is never silent in its tests`;
  // What is rendered as somebody wrote it is there because it does not fire.
  const written = list.every(({ name }) => name.startsWith('as written:'));
  return written || expected.some((count) => count > 0) ? undefined : `${alert} never fires in its tests`;
}

const ruleFiles = globSync('**/*.rules', { cwd: folder, absolute: true }).sort();
if (ruleFiles.length === 0) giveUp(`there is no rule file in ${folder}; run npm run synth first`);

const sum = { numPassedTests: 0, numFailedTests: 0 };
const report = (passed, count, text) => {
  sum[passed ? 'numPassedTests' : 'numFailedTests'] += count;
  if (!passed) console.error(text);
};

for (const file of ruleFiles) {
  const home = dirname(file);
  const tests = globSync('tests/*.test', { cwd: home, absolute: true }).sort();
  const alerts = parse(readFileSync(file, 'utf8')).groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert));
  const checked = promtool(['check', 'rules', file], home);
  report(checked.passed, 1, checked.text);
  const missing = alerts.flatMap((alert) => untested(alert, tests) ?? []);
  report(missing.length === 0, 1, missing.join('\n'));
  for (const test of tests) {
    const count = parse(readFileSync(test, 'utf8')).tests.length;
    const { passed, text } = promtool(['test', 'rules', test], dirname(test));
    if (passed) report(true, count, '');
    else {
      const failed = new Set([...text.matchAll(/^ *name: (.*),$/gm)].map(([, name]) => name)).size || count;
      report(true, count - failed, '');
      report(false, failed, `${relative(folder, test)}\n${text}`);
    }
  }
  console.log(`${join(folder, relative(folder, file))}: ${alerts.length} alerts, ${tests.length} files of tests`);
}

const { numPassedTests: passed, numFailedTests: failed } = sum;
console.log(`${passed} passed, ${failed} failed`);
if (values.output !== undefined) writeFileSync(values.output, JSON.stringify(sum));
process.exitCode = failed > 0 ? 1 : 0;
