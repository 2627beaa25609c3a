import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DESK } from '../unit/render/authorization/desk';
import { type OpaFolders, opa, temporaryFolder, written } from './opa-files';
import { hasTool, manifests, type Run, repository, requireManifests } from './support';
import { row } from './table/row';

/** Every folder of dist/manifests with a bundle in it. */
function renderedFolders(): string[] {
  if (!existsSync(manifests)) {
    return [];
  }
  return readdirSync(manifests, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(path.join('bundle', '.manifest')))
    .map((file) => path.dirname(path.dirname(file)))
    .sort();
}

function check({ bundle, schemas, tests }: OpaFolders): Run {
  return opa('check', '--strict', '--schema', schemas, bundle, tests);
}

interface Coverage {
  readonly coverage: number;
  readonly files: Readonly<Record<string, { readonly not_covered?: readonly unknown[] }>>;
}

function asFolders(folder: string): OpaFolders {
  return {
    bundle: path.join(folder, 'bundle'),
    schemas: path.join(folder, 'schemas'),
    tests: path.join(folder, 'tests'),
  };
}

describe.skipIf(!hasTool('opa'))('opa', () => {
  row('opa', 'checks, formats, tests and builds the rendered policies, strictly and with schemas');
  const folders = renderedFolders();

  it('finds bundles to read', () => {
    requireManifests();
    expect(folders).not.toEqual([]);
  });

  describe.each(folders)('%s', (name) => {
    const rendered = asFolders(path.join(manifests, name));

    it('is checked strictly, with schemas', () => {
      expect(check(rendered)).toMatchObject({ code: 0, stderr: '' });
    });

    it('is formatted as opa fmt does', () => {
      expect(opa('fmt', '--list', rendered.bundle, rendered.tests)).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    it('passes its own tests', () => {
      const result = opa('test', rendered.bundle, rendered.tests);
      expect(result.stdout).toMatch(/^PASS: (\d+)\/\1\n$/);
      expect(result.code).toBe(0);
    });

    it('can be built into one file, and loaded again with the version of its manifest', () => {
      const file = path.join(temporaryFolder(), 'bundle.tar.gz');
      expect(opa('build', '--bundle', rendered.bundle, '--output', file)).toMatchObject({ code: 0, stderr: '' });
      const { revision } = JSON.parse(readFileSync(path.join(rendered.bundle, '.manifest'), 'utf8')) as {
        revision: string;
      };
      const version = opa('eval', '--bundle', file, '--format', 'raw', 'data.portcullis.policy.version').stdout;
      expect(version.trim()).toBe(revision);
    });
  });

  it('runs the commands of docs/authorization.md', () => {
    const page = readFileSync(path.join(repository, 'docs/authorization.md'), 'utf8');
    const [, commands = ''] = /<!-- run -->\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
    const lines = commands.trim().split('\n');
    expect(lines).toHaveLength(3);
    const output = path.join(temporaryFolder(), 'bundle.tar.gz');
    for (const line of lines) {
      const [program, ...args] = line.split(' ');
      expect(program).toBe('opa');
      const found = args.map((arg) =>
        arg === 'bundle.tar.gz'
          ? output
          : arg.replace(/^authorization/, path.join(manifests, 'prod/portarium/authorization')),
      );
      expect(opa(...found), line).toMatchObject({ code: 0, stderr: '' });
    }
    expect(existsSync(output)).toBe(true);
  });

  it('is checked strictly without schemas, as whoever loads only the bundle does', () => {
    const { bundle } = written(DESK);
    expect(opa('check', '--strict', '--bundle', bundle)).toMatchObject({ code: 0, stderr: '' });
  });

  it('runs every line of the rules in the tests that come with every kind of grant', () => {
    const { bundle, tests } = written(DESK);
    const result = opa('test', '--coverage', '--format', 'json', bundle, tests);
    const { coverage, files } = JSON.parse(result.stdout) as Coverage;
    const uncovered = Object.entries(files).filter(([, { not_covered = [] }]) => not_covered.length > 0);
    expect(uncovered).toEqual([]);
    expect(coverage).toBe(100);
  });

  it('takes an authorization that grants nothing to nobody', () => {
    const nobody = written({ agents: [] });
    expect(check(nobody)).toMatchObject({ code: 0, stderr: '' });
    expect(opa('test', nobody.bundle, nobody.tests)).toMatchObject({ code: 0 });
  });

  it('sees fields that the schemas do not have', () => {
    const folders = written(DESK);
    const file = path.join(folders.bundle, 'portcullis/secret_access/policy.rego');
    const rule = readFileSync(file, 'utf8');
    for (const [right, wrong] of [
      ['input.vault]', 'input.vaults]'],
      ['agent.vaults[', 'agent.vault['],
      ['grant.purpose', 'grant.porpoise'],
      ['policy.version', 'policy.versions'],
    ] as const) {
      expect(rule).toContain(right);
      writeFileSync(file, rule.replaceAll(right, wrong));
      expect(check(folders), wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('undefined ref') });
    }
  });
});
