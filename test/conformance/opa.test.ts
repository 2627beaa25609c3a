import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Authorization } from '../../lib/model/authorization/authorization';
import { DECISIONS } from '../../lib/render/authorization/decision/decisions';
import { regoTerm } from '../../lib/render/authorization/rego-term';
import { authorizations } from '../unit/render/authorization/arbitrary';
import { DESK } from '../unit/render/authorization/desk';
import { expected } from '../unit/render/authorization/oracle';
import { type OpaFolders, temporaryFolder, written } from './opa-files';
import { hasTool, manifests, type Run, repository, requireManifests, run } from './support';
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

function opa(...args: readonly string[]): Run {
  return run('opa', args);
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

interface Answer {
  readonly allow: boolean;
  readonly code: string;
  readonly reason: string;
  readonly policyVersion: string;
}

/** OPA's answers to questions of each decision, by one run of OPA. */
function answers(bundle: string, questions: Readonly<Record<string, readonly unknown[]>>): Record<string, Answer[]> {
  const input = path.join(temporaryFolder(), 'input.json');
  writeFileSync(input, JSON.stringify(questions));
  const all = DECISIONS.map(
    ({ package: name }) =>
      `"${name}": [answer | some question in input.${name}; answer := data.portcullis.${name}.decision with input as question]`,
  );
  const result = opa('eval', '--bundle', bundle, '--input', input, '--format', 'raw', `{${all.join(', ')}}`);
  expect(result.stderr).toBe('');
  return JSON.parse(result.stdout) as Record<string, Answer[]>;
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

/** Names that occur in random authorizations, and some that do not. */
const AGENTS = ['ws-a/agent', 'ws-b/agent', 'ws-c/agent', 'ws-a/agent ', 'ws-z/agent'];
const NAMES: Readonly<Record<string, readonly string[]>> = {
  agent: AGENTS,
  task: ['run', 'walk', '7', 'Run', ''],
  to: [...AGENTS, 'adviser', 'adviser', 'auditor', 'auditor', '__proto__'],
  vault: ['Payments EU', 'tickets', 'payments eu', 'tickets '],
  namespace: ['ws-a', 'ws-b', 'ws-c', 'Ws-a', 'ws-a/agent'],
};
const TOOLS = ['a:read', 'a:write', 'b:read', 'c:read'];
const capabilities = fc.oneof(
  { weight: 9, arbitrary: fc.array(fc.constantFrom(...TOOLS), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('a:read', { 0: 'a:read' }, [1], null) },
);
const KEYS: Readonly<Record<string, readonly string[]>> = {
  task_authorization: ['task', 'capabilities'],
  communication_scope: ['to'],
  secret_access: ['vault'],
  delegation_approval: ['to', 'capabilities'],
  cross_namespace_access: ['namespace'],
};

function question(keys: readonly string[]): fc.Arbitrary<unknown> {
  const fields = ['agent', ...keys].map((key) => {
    return [key, key === 'capabilities' ? capabilities : fc.constantFrom(...(NAMES[key] ?? []))] as const;
  });
  const whole = fc.record(Object.fromEntries(fields));
  const partial = fc.record({ ...Object.fromEntries(fields), further: fc.constant('') }, { requiredKeys: [] });
  return fc.oneof(
    { weight: 20, arbitrary: whole },
    { weight: 2, arbitrary: partial },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

describe.skipIf(!hasTool('opa'))('the answers of opa', () => {
  const counted = row('opa', 'answers random questions about random grants as the grants say');
  it('are those that the grants give, to any question', () => {
    const questions = fc.record(
      Object.fromEntries(
        Object.entries(KEYS).map(([decision, keys]) => [
          decision,
          fc.array(question(keys), { minLength: 150, maxLength: 150 }),
        ]),
      ),
    );
    const seen = new Set<string>();
    let answered = 0;
    fc.assert(
      fc.property(authorizations, questions, (authorization: Authorization, asked) => {
        const given = answers(written(authorization).bundle, asked);
        for (const [decision, list] of Object.entries(asked)) {
          expect(given[decision]).toHaveLength(list.length);
          answered += list.length;
          for (const [index, one] of list.entries()) {
            const { allow, code } = (given[decision] ?? [])[index] as Answer;
            expect({ decision, one, code }).toEqual({ decision, one, code: expected(authorization, decision, one) });
            expect(allow).toBe(code === 'granted' || code === 'own-namespace');
            seen.add(`${decision} ${code}`);
          }
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
    counted.cases(answered);
    // The questions were no formality: each decision gave each of its answers.
    for (const { package: decision, rego } of DECISIONS) {
      for (const [, code] of rego.matchAll(/:= "([a-z-]+)"/g)) expect(seen).toContain(`${decision} ${code}`);
    }
  });

  it('name the purpose of a grant, the reason of a denial, and the version', () => {
    const { bundle } = written(DESK);
    const { revision } = JSON.parse(readFileSync(path.join(bundle, '.manifest'), 'utf8')) as { revision: string };
    const agent = 'ws-finance/agent';
    const given = answers(bundle, {
      ...Object.fromEntries(DECISIONS.map(({ package: decision }) => [decision, []])),
      secret_access: [
        { agent, vault: 'Payments EU' },
        { agent, vault: 'tickets' },
      ],
    });
    expect(given.secret_access).toEqual([
      { allow: true, code: 'granted', reason: 'Key of the payment provider', policyVersion: revision },
      {
        allow: false,
        code: 'vault-not-granted',
        reason: 'nothing grants the agent this vault',
        policyVersion: revision,
      },
    ]);
  });

  it('read every text as it was written, whatever stands in it', () => {
    const folder = temporaryFolder();
    const values = fc.sample(fc.jsonValue({ stringUnit: 'binary' }), { numRuns: 2000, seed: 7 });
    const [module, input] = [path.join(folder, 'terms.rego'), path.join(folder, 'input.json')];
    writeFileSync(
      module,
      `package terms\n\nvalues := [\n${values.map((value) => `\t${regoTerm(value)},\n`).join('')}]\n`,
    );
    writeFileSync(input, JSON.stringify(values));
    const query = '[count(data.terms.values), data.terms.values == input]';
    const result = opa('eval', '--data', module, '--input', input, '--format', 'raw', query);
    expect(result).toMatchObject({ code: 0, stdout: '[2000,true]\n' });
    counted.cases(values.length);
  });
});

/** Ways in which rules could be weaker. Their own tests have to notice. */
const WEAKER: readonly (readonly [file: string, from: string, to: string])[] = [
  ['task_authorization', 'well_formed\n\tgrant\n\tevery', 'well_formed\n\tevery'],
  ['task_authorization', 'capability in grant.capabilities', 'capability in agent.capabilities'],
  ['task_authorization', 'default allow := false', 'default allow := true'],
  ['task_authorization', 'object.keys(input) == {"agent", "task", "capabilities"}', '"agent" in object.keys(input)'],
  ['communication_scope', 'agent.messages[input.to]', 'facts[_][_].messages[input.to]'],
  ['communication_scope', 'code == "granted"', 'code in {"granted", "recipient-not-granted"}'],
  ['secret_access', 'agent.vaults[input.vault]', 'facts[_][_].vaults[input.vault]'],
  ['secret_access', 'agent.vaults[input.vault]', 'agent.vaults[trim_space(input.vault)]'],
  ['secret_access', 'default code := "malformed-input"', 'default code := "granted"'],
  ['delegation_approval', 'count(input.capabilities) > 0', 'count(input.capabilities) >= 0'],
  ['delegation_approval', '\t\tcapability in grant.capabilities\n', ''],
  ['delegation_approval', '\t\tcapability in agent.capabilities\n', ''],
  ['cross_namespace_access', 'agent.namespace == input.namespace', 'facts[_][_].namespace == input.namespace'],
  ['cross_namespace_access', 'agent.reads[input.namespace]', 'facts[_][_].reads[input.namespace]'],
];

describe.skipIf(!hasTool('opa'))('the tests beside the rules', () => {
  row('opa', 'fails the rendered tests when a rule is weaker or a fact is lost');
  it.each(WEAKER)('notice when %s has %j replaced by %j', (decision, from, to) => {
    const { bundle, tests } = written(DESK);
    const file = path.join(bundle, 'portcullis', decision, 'policy.rego');
    const rule = readFileSync(file, 'utf8');
    expect(rule).toContain(from);
    writeFileSync(file, rule.replace(from, to));
    const result = opa('test', bundle, tests);
    expect(result.code).not.toBe(0);
    expect(result.stdout + result.stderr).toMatch(/FAIL|conflict/);
  });

  it('notice when OPA lets more be asked', () => {
    const { bundle, tests } = written(DESK);
    const file = path.join(bundle, 'system/authz/policy.rego');
    const rule = readFileSync(file, 'utf8');
    for (const [from, to] of [
      ['count(input.params) == 0', 'count(input.params) >= 0'],
      ['input.method == "POST"', 'input.method in {"POST", "GET"}'],
      ['"portcullis", decision, "decision"]', '"portcullis", _, "decision"]'],
      ['default allow := false', 'default allow := true'],
    ] as const) {
      expect(rule).toContain(from);
      writeFileSync(file, rule.replace(from, to));
      expect(opa('test', bundle, tests).code, to).not.toBe(0);
    }
  });

  it('notice when a fact is gone, and when there is one too many', () => {
    const { bundle, tests } = written(DESK);
    const file = path.join(bundle, 'portcullis/facts/part-1/data.json');
    const facts = readFileSync(file, 'utf8');
    expect(facts).toContain('"Payments EU"');
    writeFileSync(file, facts.replace('"Payments EU"', '"Payments US"'));
    expect(opa('test', bundle, tests).code).not.toBe(0);
    writeFileSync(file, facts.replace('"vaults":{}', '"vaults":{"Payments EU":{"purpose":"added"}}'));
    expect(opa('test', bundle, tests).code).not.toBe(0);
  });
});
