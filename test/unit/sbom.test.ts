import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(__dirname, '../..');

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
