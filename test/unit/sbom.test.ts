import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './environment/refusal';

const ROOT = join(__dirname, '../..');

const folder = temporaryFolder();

interface Component {
  readonly name: string;
  readonly version: string;
}

// Not with `--omit dev`: npm 11 then leaves out what a dependency for development needs as well.
test('the bill of materials names everything in its locked version', () => {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' });
  expect(status).toBe(0);
  const { bomFormat, components } = JSON.parse(stdout) as { bomFormat: string; components: readonly Component[] };
  expect(bomFormat).toBe('CycloneDX');
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const { version } = packages[`node_modules/${name}`];
    const versions = components.filter((component) => component.name === name).map((component) => component.version);
    expect([name, versions]).toEqual([name, expect.arrayContaining([version])]);
  }
});

test.each(['package.json', 'templates/init/package.json'])('the script of %s says why there is no bill', (file) => {
  const { sbom } = JSON.parse(readFileSync(join(ROOT, file), 'utf8')).scripts as { sbom: string };
  const dependencies = { 'not-installed': '1.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'gate', scripts: { sbom }, dependencies }));
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: folder, encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain('npm error');
});
