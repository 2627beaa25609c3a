import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { main } from '../../../lib/cli/main';
import { ROOT } from './build';
import { caughtStreams } from './streams';

const caught = caughtStreams();
const HELP = 'Run with --help for what is possible.\n';

async function portcullis(...args: readonly string[]): Promise<number | string | undefined> {
  await main(['node', 'portcullis', ...args]);
  return process.exitCode ?? 0;
}

describe('usage', () => {
  test('--version', async () => {
    expect(await portcullis('--version')).toBe(0);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(caught).toEqual({ stdout: `${version}\n`, stderr: '' });
  });

  test.each([['--help'], ['help'], ['-h']])('%s', async (flag) => {
    expect(await portcullis(flag)).toBe(0);
    expect(caught.stdout).toContain('Usage: portcullis [options] [command]');
    expect(caught.stdout).toContain('synth [options] <program...>');
    expect(caught.stdout).toContain('Exit codes: 0 fine, 1 findings, 2 drift, 3 usage or input error.');
    expect(caught.stderr).toBe('');
  });

  test('synth --help names every option and its default', async () => {
    vi.stubEnv('CDK8S_OUTDIR', undefined);
    expect(await portcullis('synth', '--help')).toBe(0);
    vi.unstubAllEnvs();
    for (const option of ['--env <name>', '--environments <dir>', '--outdir <dir>', '--quiet', '--json']) {
      expect(caught.stdout).toContain(option);
    }
    expect(caught.stdout.replaceAll(/\s+/g, ' ')).toContain('(default: "dist/manifests")');
  });

  test.each([
    [['sytnh', 'a.js'], "error: unknown command 'sytnh'\n(Did you mean synth?)\n"],
    [['--verson'], "error: unknown option '--verson'\n(Did you mean --version?)\n"],
    [['synth', '--jsn', 'a.js'], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
    [['synth', '--env'], "error: option '--env <name>' argument missing\n"],
    [['synth'], "error: missing required argument 'program'\n"],
    [
      ['synth', '--env', 'dev', '--env', 'prod', 'a.js'],
      "error: option '--env <name>' argument 'prod' is invalid. It is given twice; say it once.\n",
    ],
    [
      ['profile', '--format', 'json', '--format=text', 'a.js'],
      "error: option '--format <format>' argument 'text' is invalid. It is given twice; say it once.\n",
    ],
    [
      ['rollout', 'plan', '--env', 'dev', '--env', 'dev', 'a.js'],
      "error: option '--env <name>' argument 'dev' is invalid. It is given twice; say it once.\n",
    ],
  ])('%j', async (args, message) => {
    expect(await portcullis(...args)).toBe(3);
    expect(caught).toEqual({ stdout: '', stderr: message + HELP });
  });

  test('no command at all', async () => {
    expect(await portcullis()).toBe(3);
    expect(caught.stdout).toBe('');
    expect(caught.stderr).toContain('Usage: portcullis [options] [command]');
  });
});
