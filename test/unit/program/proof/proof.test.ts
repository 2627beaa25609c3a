import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { Port } from '../../../../lib/model/port';
import { Service } from '../../../../lib/platform/service';
import { Workspace } from '../../../../lib/platform/workspace';
import { DIALECTS, platform } from '../../platform/build';
import { lines, proofOf, type Rule, type Spec } from './prove';

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

  test('an ingress that is opened to everybody shows for what belongs to others, too', () => {
    const { root } = shop();
    const open = (all: KubeObject[]) => {
      policy(all, 'vault', 'vault').ingress = name === 'cilium' ? [{ fromEntities: ['all'] }] : [{}];
      return all;
    };
    expect(lines(proofOf(root, open))).toContainEqual(
      expect.stringMatching(/^error reachable-not-declared .* let foreign-namespace\/stranger reach vault\/vault on/),
    );
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
