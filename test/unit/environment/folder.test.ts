import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentFiles, environmentName } from '../../../lib/environment/folder';
import { refused, settings, temporaryFolder, writeFolder } from './refusal';

const root = temporaryFolder();
const valid = settings();

describe('an environments folder that is refused', () => {
  const folder = join(root, 'other');
  const refuse = () => {
    const { errors, exitCode } = refused(root, { environments: folder });
    expect(exitCode).toBe(3);
    return errors.map((error) => error.replace(folder, 'other'));
  };

  test('missing', () => {
    rmSync(folder, { recursive: true, force: true });
    expect(refuse()).toEqual([
      'other: error: the environments folder cannot be read: no such file or directory; create it, or name another one with --environments (environment-directory)',
    ]);
  });

  test('a file', () => {
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, valid);
    expect(refuse()).toEqual([
      'other: error: a file stands where the environments folder should be; name the folder with --environments, and one environment with --env (environment-directory)',
    ]);
  });

  test('without a settings file', () => {
    writeFolder(folder, { 'README.md': 'settings', '.prod.yaml': valid, 'prod.yaml.bak': valid });
    expect(refuse()).toEqual([
      'other: error: the environments folder holds no YAML file; add a file such as prod.yaml (environment-directory)',
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('that may not be read', () => {
    writeFolder(folder, { 'prod.yaml': valid });
    chmodSync(folder, 0o000);
    expect(refuse()).toEqual([
      'other: error: the environments folder cannot be read: permission denied; create it, or name another one with --environments (environment-directory)',
    ]);
    chmodSync(folder, 0o755);
  });
});

describe('an environment that there is not', () => {
  const files = { 'dev.yaml': valid, 'prod.yaml': valid };
  const refuse = (environment: string) => {
    const { errors, exitCode } = refused(root, { files, environment });
    expect(exitCode).toBe(3);
    return errors.map((error) => error.replace(join(root, 'environments'), 'environments'));
  };

  test.each(['prodd', 'pro', 'PROD'])("'%s' was meant to be another", (environment) => {
    expect(refuse(environment)).toEqual([
      `environments: error: there is no environment '${environment}'; did you mean 'prod'?; use one of dev, prod (unknown-environment)`,
    ]);
  });

  test.each(['staging', '', '../dev', 'prod.yaml', '*'])("'%s' is like none", (environment) => {
    expect(refuse(environment)).toEqual([
      `environments: error: there is no environment '${environment}'; use one of dev, prod (unknown-environment)`,
    ]);
  });
});

describe('file names', () => {
  test('name the environment, whatever the ending', () => {
    writeFolder(join(root, 'named'), { 'b.yml': valid, 'a.yaml': valid, 'c.YAML': valid, 'd/prod.yaml': valid });
    const { files, findings } = environmentFiles(join(root, 'named'));
    expect(files.map(environmentName)).toEqual(['a', 'b', 'c']);
    expect(findings).toEqual([]);
  });

  test.each(['Prod.yaml', 'prod.eu.yaml', 'a_b.yml', `${'a'.repeat(64)}.yaml`])('%s names no environment', (file) => {
    const { errors, exitCode } = refused(root, { files: { [file]: valid } });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${file}: error: name of the environment '${file.replace(/\.ya?ml$/, '')}'`);
    expect(errors[0]).toMatch(/; rename the file: .*\(invalid-name\)$/);
    expect(exitCode).toBe(1);
  });

  test('two files for one environment, whose outputs would overwrite each other', () => {
    const { errors } = refused(root, { files: { 'prod.yaml': valid, 'prod.yml': valid } });
    expect(errors).toEqual([
      "prod.yml: error: the environment 'prod' is already taken by prod.yaml; rename or remove one of them (duplicate-environment)",
    ]);
  });

  test('a folder that ends like a file is refused, not left out', () => {
    const { errors, exitCode } = refused(root, { files: { 'prod.yaml': undefined } });
    expect(errors).toEqual([
      'prod.yaml: error: a folder stands where a settings file should be; put a file in its place (file-unreadable)',
    ]);
    expect(exitCode).toBe(3);
  });

  test('a link that leads nowhere is refused, not left out', () => {
    writeFolder(join(root, 'linked'), {});
    symlinkSync(join(root, 'gone.yaml'), join(root, 'linked/prod.yaml'));
    const { errors, exitCode } = refused(root, { environments: join(root, 'linked') });
    expect(errors).toEqual([
      'prod.yaml: error: the file cannot be read: no such file or directory; check that it exists and who may read it (file-unreadable)',
    ]);
    expect(exitCode).toBe(3);
  });
});
