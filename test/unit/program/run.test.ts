import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ApiObject, type App, Chart, Lazy } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { defineProgram, Platform, Port, Service, Workspace } from '../../../lib';
import { dialectOf } from '../../../lib/environment/dialect';
import type { Environment } from '../../../lib/environment/environment';
import { run } from '../../../lib/program/run';
import { refused, settings, snapshot, temporaryFolder, writeFolder } from '../environment/refusal';

const root = temporaryFolder();
const environments = join(root, 'environments');
const outdir = join(root, 'out');
const KUBERNETES = 'dialect: { kind: kubernetes }\n';
const two = { 'dev.yaml': KUBERNETES, 'prod.yaml': KUBERNETES };

function program(build: (app: App, environment: Environment) => void, name = 'test') {
  return defineProgram({ name, build });
}

/** A program with a service, the least that renders something. */
function service(name = 'test') {
  return program((app, { dialect }) => {
    const platform = new Platform(app, 'platform', { dialect: dialectOf(dialect) });
    new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
  }, name);
}

describe('a program that is refused', () => {
  test('for a construct, with its path and the settings file it was built from', () => {
    const bad = program((app, { dialect }) => {
      const platform = new Platform(app, 'platform', { dialect: dialectOf(dialect) });
      new Service(platform, 'vault', { namespace: 'Not_A_Namespace' });
    });
    const { errors, exitCode } = refused(root, { files: two, programs: [bad] });
    expect(errors).toHaveLength(2);
    expect(errors[0]).toMatch(/^dev\.yaml: platform\/vault: error: namespace 'Not_A_Namespace' .*\(invalid-value\)$/);
    expect(errors[1]).toMatch(/^prod\.yaml: platform\/vault: error: namespace 'Not_A_Namespace' .*\(invalid-value\)$/);
    expect(exitCode).toBe(1);
  });

  test('for a value outside any construct, once, at its line', () => {
    const bad = program(() => {
      Port.tcp(0);
    });
    const { errors, exitCode } = refused(root, { files: two, programs: [bad] });
    expect(errors).toEqual([
      expect.stringMatching(/run\.test\.ts:\d+:\d+: error: 0 is not a port; .* \(invalid-value\)$/),
    ]);
    expect(errors[0]).not.toContain('lib/model');
    expect(exitCode).toBe(1);
  });

  test('for an error of its own, once, at its line', () => {
    const bad = program(() => {
      throw new TypeError('a.b is not a function');
    });
    const { errors, exitCode } = refused(root, { files: two, programs: [bad] });
    expect(errors).toEqual([
      expect.stringMatching(
        /run\.test\.ts:\d+:\d+: error: the program threw TypeError: a\.b is not a function; correct the program at this line \(program-error\)$/,
      ),
    ]);
    expect(exitCode).toBe(3);
  });

  test('for something else that it throws', () => {
    const bad = program(() => {
      throw 'oops';
    });
    expect(refused(root, { files: { 'prod.yaml': KUBERNETES }, programs: [bad] }).errors).toEqual([
      "prod.yaml: (app): error: the program threw 'oops'; correct the program (program-error)",
    ]);
  });

  test('for being asynchronous', () => {
    const bad = program(async () => {
      throw new Error('later');
    });
    const { errors } = refused(root, { files: { 'prod.yaml': KUBERNETES }, programs: [bad] });
    expect(errors).toEqual([
      expect.stringMatching(
        /^prod\.yaml: \(app\): error: build\(\) of the program 'test' is asynchronous, .* \(program-error\)$/,
      ),
    ]);
  });

  test("for what cdk8s's validations say", () => {
    const bad = program((app) => {
      new Chart(app, 'chart').node.addValidation({ validate: () => ['it has no owner'] });
    });
    expect(refused(root, { files: { 'prod.yaml': KUBERNETES }, programs: [bad] }).errors).toEqual([
      expect.stringMatching(/^prod\.yaml: chart: error: it has no owner; /),
    ]);
  });

  test('for what goes wrong while rendering, when other roots are written already', () => {
    const bad = program((app, { name }) => {
      const chart = new Chart(app, 'chart');
      const produce = () => {
        if (name === 'prod') throw new Error('too late');
        return 'fine';
      };
      new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'Test', spec: { late: Lazy.any({ produce }) } });
    });
    const { errors } = refused(root, { files: two, programs: [bad] });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('too late');
  });

  test('with all its mistakes in all environments, and those of the next program', () => {
    const bad = (name: string) =>
      program((app, { dialect }) => {
        const platform = new Platform(app, 'platform', { dialect: dialectOf(dialect) });
        new Service(platform, name, { namespace: 'A' });
      }, name);
    const { errors } = refused(root, { files: { ...two, 'broken.yaml': 'x: [' }, programs: [bad('one'), bad('two')] });
    const places = errors.map((error) => error.split(': error:')[0]?.replace(/:\d+:\d+$/, ''));
    expect([...new Set(places)]).toEqual([
      'broken.yaml',
      'dev.yaml: platform/one',
      'dev.yaml: platform/two',
      'prod.yaml: platform/one',
      'prod.yaml: platform/two',
    ]);
  });

  test('beside what the caller knows already', () => {
    const known = { rule: 'known', severity: 'error', where: { file: 'main.js' }, message: 'no', fix: 'yes' } as const;
    writeFolder(environments, { 'prod.yaml': settings({ id: 'A' }) });
    expect(() => run({ programs: [service()], environments, outdir, findings: [known] })).toThrow(
      expect.objectContaining({
        findings: [known, expect.objectContaining({ where: expect.objectContaining({ line: 6 }) })],
      }),
    );
  });
});

describe('an output directory that cannot be written', () => {
  const programs = [service()];

  test('a file', () => {
    const file = join(root, 'a-file');
    writeFileSync(file, 'mine');
    const { errors, exitCode } = refused(root, { files: two, programs, outdir: file });
    expect(errors).not.toEqual([]);
    for (const error of errors)
      expect(error).toMatch(/a-file\/(dev|prod)\/test: error: .*--outdir.* \(output-directory\)$/);
    expect(exitCode).toBe(3);
  });

  test('a file in the place of the last root, with the first one left alone', () => {
    const folder = join(root, 'half');
    writeFolder(folder, { 'dev/test/earlier.yaml': 'earlier', 'prod/test': 'mine' });
    const { errors, exitCode } = refused(root, { files: two, programs, outdir: folder });
    expect(errors).toEqual([expect.stringMatching(/half\/prod\/test: error: .* \(output-directory\)$/)]);
    expect(exitCode).toBe(3);
  });

  test('files of somebody else in the way of the last root, with what was replaced before', () => {
    const folder = join(root, 'in-the-way');
    writeFolder(environments, { 'a.yaml': KUBERNETES, 'b.yaml': KUBERNETES, 'c.yaml': KUBERNETES });
    writeFolder(folder, { 'b/test/namespaces.yaml/mine.txt': 'mine', 'c/test/earlier.yaml': 'earlier' });
    const before = snapshot(join(folder, 'b'));
    expect(() => run({ programs, environments, outdir: folder })).toThrow(
      expect.objectContaining({
        findings: [
          expect.objectContaining({
            rule: 'output-directory',
            severity: 'error',
            where: { file: join(folder, 'b/test') },
          }),
          expect.objectContaining({
            rule: 'output-directory',
            severity: 'info',
            where: { file: join(folder, 'a/test') },
          }),
        ],
      }),
    );
    expect(snapshot(join(folder, 'b'))).toEqual(before);
    expect(readdirSync(join(folder, 'c'))).toEqual(['test']);
    expect(readdirSync(join(folder, 'c/test'))).toEqual(['earlier.yaml']);
  });

  test.skipIf(process.getuid?.() === 0)('without permission', () => {
    const folder = join(root, 'locked');
    writeFolder(folder, {});
    chmodSync(folder, 0o500);
    const { errors, exitCode } = refused(root, { files: two, programs, outdir: folder });
    expect(errors[0]).toMatch(/permission is denied; .*--outdir \(output-directory\)$/);
    expect(exitCode).toBe(3);
    chmodSync(folder, 0o700);
  });
});

describe('a program that is fine', () => {
  test('is written for each environment, with numbers that are right', () => {
    writeFolder(environments, two);
    writeFolder(outdir, {});
    const { roots, findings } = run({ programs: [service('a'), service('b')], environments, outdir });
    expect(findings).toEqual([]);
    expect(roots.map(({ environment, program, outdir: to }) => [environment, program, relative(outdir, to)])).toEqual([
      ['dev', 'a', 'dev/a'],
      ['dev', 'b', 'dev/b'],
      ['prod', 'a', 'prod/a'],
      ['prod', 'b', 'prod/b'],
    ]);
    for (const { outdir: to, objects, written, unchanged, removed } of roots) {
      const files = snapshot(to).filter((line) => !line.endsWith('/'));
      const kinds = files.join('\n').match(/^kind: (?!Kustomization)/gm) ?? [];
      expect({ objects, written, unchanged, removed }).toEqual({
        objects: kinds.length,
        written: files.length,
        unchanged: 0,
        removed: 0,
      });
    }
  });

  test('is written for the one environment that is asked for', () => {
    writeFolder(environments, { ...two, 'broken.yaml': '[' });
    writeFolder(outdir, { 'dev/test/earlier.yaml': 'earlier' });
    const { roots } = run({ programs: [service()], environments, environment: 'prod', outdir });
    expect(roots.map(({ environment }) => environment)).toEqual(['prod']);
    expect(readFileSync(join(outdir, 'dev/test/earlier.yaml'), 'utf8')).toBe('earlier');
    expect(existsSync(join(outdir, 'prod/test/kustomization.yaml'))).toBe(true);
  });

  test('a second time finds nothing to do', () => {
    writeFolder(environments, two);
    const options = { programs: [service()], environments, outdir };
    const { roots: first } = run(options);
    const before = snapshot(outdir);
    const { roots: second } = run(options);
    expect(second.map(({ written, removed }) => ({ written, removed }))).toEqual(
      Array(2).fill({ written: 0, removed: 0 }),
    );
    expect(second.map(({ unchanged }) => unchanged)).toEqual(first.map((root) => root.written + root.unchanged));
    expect(snapshot(outdir)).toEqual(before);
  });

  test('counts workspaces and edges', () => {
    writeFolder(environments, { 'prod.yaml': settings() });
    const workspaces = program((app, { portarium, dialect }) => {
      const platform = new Platform(app, 'platform', { dialect: dialectOf(dialect) });
      const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
      for (const { id } of portarium?.workspaces ?? []) {
        new Workspace(platform, id).agents.allowTo(vault, { purpose: 'credentials' });
      }
    });
    const [result] = run({ programs: [workspaces], environments, outdir }).roots;
    expect(result).toMatchObject({ workspaces: 1, edges: 1 });
  });

  test('may have nothing for an environment', () => {
    writeFolder(environments, two);
    writeFolder(outdir, {});
    const only = program((app, environment) => {
      if (environment.name === 'prod') service().build(app, environment);
    });
    expect(run({ programs: [only], environments, outdir }).roots.map(({ environment }) => environment)).toEqual([
      'prod',
    ]);
    expect(existsSync(join(outdir, 'dev'))).toBe(false);
  });

  test('gives its warnings with the settings file', () => {
    writeFolder(environments, { 'prod.yaml': KUBERNETES });
    const egressOnly = program((app, { dialect }) => {
      new Platform(app, 'platform', { dialect: dialectOf(dialect), directions: ['Egress'] });
    });
    const { findings } = run({ programs: [egressOnly], environments, outdir });
    expect(findings).toMatchObject([
      { severity: 'warning', where: { construct: 'platform', file: join(environments, 'prod.yaml') } },
    ]);
  });

  test.each(['onProgress', 'onProof'])('says how far it is, over all roots: %s', (hook) => {
    writeFolder(environments, two);
    const steps: [number, number][] = [];
    const { roots } = run({
      programs: [service()],
      environments,
      outdir,
      [hook]: (done: number, total: number) => steps.push([done, total]),
    });
    expect(steps.length).toBeGreaterThan(roots.length);
    const total = roots.reduce((sum, { objects }) => sum + objects, 0);
    expect(steps.at(-1)).toEqual([total, total]);
    expect(new Set(steps.map(([, all]) => all))).toEqual(new Set([total]));
    expect(steps.map(([done]) => done)).toEqual([...steps.map(([done]) => done)].sort((a, b) => a - b));
  });
});
