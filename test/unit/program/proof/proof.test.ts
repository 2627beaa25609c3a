import { join, resolve } from 'node:path';
import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { program as clawdstrike } from '../../../../apps/clawdstrike';
import { program as portarium } from '../../../../apps/portarium';
import { loadEnvironments } from '../../../../lib/environment/load';
import type { KubeObject } from '../../../../lib/kube/object';
import { Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { Platform } from '../../../../lib/platform/platform';
import { Service } from '../../../../lib/platform/service';
import { Workspace } from '../../../../lib/platform/workspace';
import { DIALECTS, platform } from '../../platform/build';
import { lines, proofOf } from './prove';

const { environments } = loadEnvironments(join(resolve(__dirname, '../../../..'), 'environments'));
const ROOTS = environments.flatMap((environment) =>
  [portarium, clawdstrike].map((program) => [`${environment.name} ${program.name}`, program, environment] as const),
);

function built(program: (typeof ROOTS)[number][1], environment: (typeof ROOTS)[number][2]): Platform {
  const app = new App({ outdir: '/nowhere' });
  program.build(app, environment);
  return app.node.children.find(Platform.isPlatform) as Platform;
}

type Spec = Record<string, Rule[] | undefined>;
type Rule = Record<string, unknown>;

const LISTS = ['ingress', 'egress'] as const;

/** Every way to leave one rule of one policy out, with its name. */
function withoutEachRule(
  objects: readonly KubeObject[],
): readonly (readonly [string, (all: KubeObject[]) => KubeObject[]])[] {
  return objects.flatMap(({ kind, metadata, spec }, object) =>
    LISTS.flatMap((list) =>
      ((spec as Spec | undefined)?.[list] ?? []).flatMap((content, rule) => {
        // An empty rule allows nothing, and only turns the default deny on.
        if (Object.keys(content).length === 0) return [];
        const change = (all: KubeObject[]) => {
          ((all[object] as KubeObject).spec as Spec)[list]?.splice(rule, 1);
          return all;
        };
        return [[`${kind} ${metadata.namespace}/${metadata.name} ${list}[${rule}]`, change] as const];
      }),
    ),
  );
}

describe('the committed environments', () => {
  test.each(ROOTS)('%s: manifests and program agree', (_, program, environment) => {
    const proof = proofOf(built(program, environment));
    expect(lines(proof).filter((line) => !line.startsWith('info'))).toEqual([]);
    expect(proof.pairs).toBeGreaterThan(5);
    expect(proof.accepted > 0).toBe(environment.name === 'reference' && program.name === 'clawdstrike');
  });

  const enforced = ROOTS.filter(([name]) => !name.startsWith('reference'));
  test.each(enforced)('%s: no rule can be left out unnoticed', (_, program, environment) => {
    const whole = built(program, environment);
    const observing = new Set(
      whole.components.filter(({ stage }) => stage === 'observe').map(({ policy }) => policy?.name),
    );
    let objects: readonly KubeObject[] = [];
    proofOf(whole, (all) => {
      objects = JSON.parse(JSON.stringify(all));
      return all;
    });
    const unnoticed = withoutEachRule(objects)
      .filter(([name]) => ![...observing].some((policy) => name.includes(`/${policy} `)))
      .filter(([, change]) => proofOf(whole, change).findings.every(({ severity }) => severity !== 'error'))
      .map(([name]) => name);
    expect(unnoticed.join('\n')).toBe('');
  });
});

describe.each(DIALECTS)('in %s', (name, dialect) => {
  function shop() {
    const root = platform({ dialect });
    const vault = new Service(root, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    const workspace = new Workspace(root, 'ws');
    workspace.agents.allowTo(vault, { purpose: 'credentials' });
    return { root, vault, workspace };
  }

  function policy(all: readonly KubeObject[], wanted: string, namespace: string): Spec {
    return all.find(({ metadata }) => metadata.name === wanted && metadata.namespace === namespace)?.spec as Spec;
  }

  test('what is declared and rendered is proved', () => {
    const { root } = shop();
    expect(lines(proofOf(root))).toEqual([]);
  });

  test('an edge that the manifests do not carry is found, with who declared it', () => {
    const { root } = shop();
    const { findings } = proofOf(root, (all) => all.filter(({ metadata }) => metadata.name !== 'vault'));
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'declared-not-reachable',
        severity: 'error',
        where: { construct: `${root.node.id}/ws/agents` },
        message: 'the manifests do not let ws/agent reach vault/vault on TCP 8200, which is declared (credentials)',
      }),
    );
  });

  test('a port more than declared is found', () => {
    const { root } = shop();
    const widen = (all: KubeObject[]) => {
      for (const [wanted, namespace, list] of [
        ['agent', 'ws', 'egress'],
        ['vault', 'vault', 'ingress'],
      ] as const) {
        for (const rule of policy(all, wanted, namespace)[list] ?? [])
          delete rule[name === 'cilium' ? 'toPorts' : 'ports'];
      }
      return all;
    };
    const all = name === 'cilium' ? ', ICMP 0-255, ICMPv6 0-255' : '';
    expect(lines(proofOf(root, widen))).toContain(
      `error reachable-not-declared the manifests let ws/agent reach vault/vault on TCP 1-8199, 8201-65535, UDP 1-65535, SCTP 1-65535${all}, which nobody declared`,
    );
  });

  test('a default deny that is missing shows on pods that nobody declared', () => {
    const { root } = shop();
    const found = lines(proofOf(root, (all) => all.filter(({ metadata }) => metadata.name !== 'default-deny')));
    expect(found).toContainEqual(expect.stringMatching(/^error reachable-not-declared .* let \S+\/stranger reach /));
    expect(found).toContainEqual(
      expect.stringMatching(/^error reachable-not-declared .* let \S+ reach (ws|vault)\/stranger on/),
    );
  });

  test('a policy that somebody adds is found', () => {
    const { root } = shop();
    const added: KubeObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'backdoor', namespace: 'ws' },
      spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '198.51.100.7/32' } }] }] },
    };
    const found = lines(proofOf(root, (all) => [...all, added]));
    expect(found.some((line) => line.includes('let ws/agent reach 198.51.100.7/32 on TCP 1-65535'))).toBe(true);
  });

  test('a policy that cannot be read is an error of its own', () => {
    const { root } = shop();
    const spec = { podSelector: 'all', policyTypes: ['Egress'] };
    const broken: KubeObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'x', namespace: 'ws' },
      spec,
    };
    expect(lines(proofOf(root, (all) => [...all, broken]))).toContainEqual(
      expect.stringMatching(/^error malformed-policy /),
    );
  });
});

describe('names', () => {
  function caller() {
    const root = platform();
    const workspace = new Workspace(root, 'ws');
    workspace.addExecutionPlane([{ peer: Peer.fqdn('api.stripe.com'), ports: [Port.tcp(443)], purpose: 'payments' }]);
    return root;
  }

  const dnsRules = (all: readonly KubeObject[]) =>
    all
      .flatMap(
        ({ spec }) => ((spec as Spec | undefined)?.egress ?? []) as { toPorts?: { rules?: { dns?: object[] } }[] }[],
      )
      .flatMap(({ toPorts = [] }) => toPorts)
      .flatMap(({ rules }) => (rules?.dns === undefined ? [] : [rules.dns]));

  test('that an edge needs have to resolve', () => {
    const change = (all: KubeObject[]) => {
      for (const list of dnsRules(all)) list.splice(0, list.length, { matchName: 'other.example.com' });
      return all;
    };
    const found = lines(proofOf(caller(), change));
    expect(found).toContain(
      'error name-not-resolvable no DNS rule lets ws/execution-plane look up api.stripe.com, which an edge of it needs',
    );
    expect(found).toContain(
      'error name-not-declared DNS rules let ws/execution-plane look up other.example.com, which no edge of it needs',
    );
  });

  test('may not be any', () => {
    const change = (all: KubeObject[]) => {
      for (const list of dnsRules(all)) list.push({ matchPattern: '*' });
      return all;
    };
    expect(lines(proofOf(caller(), change))).toEqual([
      'error name-not-declared DNS rules let ws/execution-plane look up *, which no edge of it needs',
    ]);
  });
});

describe('requests and authentication', () => {
  function services() {
    const root = platform();
    const api = new Service(root, 'api', { namespace: 'api', ports: [Port.tcp(8080)] });
    const client = new Service(root, 'client', { namespace: 'client' });
    client.allowTo(api, { purpose: 'read', http: [{ method: 'GET', path: '/v1' }], authentication: 'required' });
    return root;
  }

  const rulesOf = (all: readonly KubeObject[], name: string, list: 'ingress' | 'egress') =>
    (all.find(({ metadata }) => metadata.name === name) as KubeObject & { spec: Spec }).spec[list] ?? [];

  test('are proved', () => expect(lines(proofOf(services()))).toEqual([]));

  test('that nothing restricts are found', () => {
    const change = (all: KubeObject[]) => {
      for (const rule of rulesOf(all, 'api', 'ingress')) for (const ports of rule.toPorts as Rule[]) delete ports.rules;
      return all;
    };
    expect(lines(proofOf(services(), change))).toEqual([
      expect.stringMatching(
        /^error requests-not-restricted the manifests let client\/client send api\/api any request on TCP 8080/,
      ),
    ]);
  });

  test('other requests than declared are found on both sides', () => {
    const change = (all: KubeObject[]) => {
      for (const rule of rulesOf(all, 'api', 'ingress')) {
        for (const ports of rule.toPorts as Rule[]) ports.rules = { http: [{ method: 'POST', path: '/v1' }] };
      }
      return all;
    };
    expect(lines(proofOf(services(), change)).map((line) => line.split(' ')[1])).toEqual([
      'requests-not-restricted',
      'requests-refused',
    ]);
  });

  test('authentication that nothing requires is found', () => {
    const change = (all: KubeObject[]) => {
      for (const rule of [...rulesOf(all, 'api', 'ingress'), ...rulesOf(all, 'client', 'egress')])
        delete rule.authentication;
      return all;
    };
    expect(lines(proofOf(services(), change))).toEqual([
      expect.stringMatching(
        /^error authentication-not-required the manifests let client\/client reach api\/api on TCP 8080/,
      ),
    ]);
  });
});

describe('invariants', () => {
  function withLedger(stage: 'enforce' | 'observe', declares: boolean) {
    const root = platform();
    const ledger = new Service(root, 'ledger', { namespace: 'ledger', ports: [Port.tcp(443)] });
    const workspace = new Workspace(root, 'ws', { stage });
    root.invariant('agents never reach the ledger', ({ agents }) => [{ holds: 'never', from: agents, to: [ledger] }]);
    if (declares) workspace.agents.allowTo(ledger, { purpose: 'by mistake' });
    return root;
  }

  test('hold', () => expect(lines(proofOf(withLedger('enforce', false)))).toEqual([]));

  test('that an edge breaks are errors, at the workspace', () => {
    const { findings } = proofOf(withLedger('enforce', true));
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'invariant-broken',
        severity: 'error',
        message: "'agents never reach the ledger' does not hold: from ws/agent to ledger/ledger, TCP 443 gets through",
      }),
    ]);
  });

  test('are notes as long as the workspace only observes', () => {
    const { findings } = proofOf(withLedger('observe', true));
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['info invariant-not-enforced']);
  });

  test.each([
    ['always', [Port.tcp(8200)], []],
    ['always', [Port.tcp(9999)], ['TCP 9999 does not get through']],
    ['never', [Port.tcp(9999)], []],
    ['never', [Port.tcp(8200)], ['TCP 8200 gets through']],
    ['authenticated', undefined, ['TCP 8200 gets through without authentication']],
  ] as const)('say %s %j', (holds, ports, expected) => {
    const root = platform();
    const vault = new Service(root, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    new Workspace(root, 'ws').agents.allowTo(vault, { purpose: 'credentials' });
    root.invariant('it holds', ({ agents }) => [
      { holds, from: agents, to: vault, ...(ports === undefined ? {} : { ports }) },
    ]);
    expect(lines(proofOf(root))).toEqual(
      expected.map((what) => `error invariant-broken 'it holds' does not hold: from ws/agent to vault/vault, ${what}`),
    );
  });
});

describe('accepted differences', () => {
  function accepting(reason: string, rule: string) {
    const root = platform();
    const vault = new Service(root, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    new Workspace(root, 'ws').agents.allowTo(vault, { purpose: 'credentials' });
    root.acceptDifference({ rule, from: 'ws/*', to: 'vault/vault', reason });
    return root;
  }
  const withoutVault = (all: KubeObject[]) => all.filter(({ metadata }) => metadata.name !== 'vault');

  test('are notes with their reason', () => {
    const proof = proofOf(accepting('it is being moved', 'declared-not-reachable'), withoutVault);
    expect(proof.findings).toContainEqual(expect.objectContaining({ severity: 'info', fix: 'it is being moved' }));
    expect(proof.accepted).toBe(1);
  });

  test('that are none any more are errors', () => {
    expect(lines(proofOf(accepting('it is being moved', 'declared-not-reachable')))).toEqual([
      "error stale-difference the difference 'declared-not-reachable' from ws/* to vault/vault is accepted, and there is none",
    ]);
  });

  test('of another kind do not count', () => {
    const found = lines(proofOf(accepting('x', 'requests-refused'), withoutVault));
    expect(found.filter((line) => line.startsWith('error declared-not-reachable'))).toHaveLength(1);
  });
});
