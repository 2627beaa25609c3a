import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Environment, loadEnvironments } from '../../../lib/environment';
import { DEFAULT_CLUSTER } from '../../../lib/model/cluster';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { allowlist, settings, temporaryFolder, writeFolder } from './refusal';

const root = temporaryFolder();

function load(text: string): Environment {
  writeFolder(join(root, 'environments'), { 'prod.yaml': text });
  const { environments, findings } = loadEnvironments(join(root, 'environments'));
  expect(findings).toEqual([]);
  return environments[0] as Environment;
}

/** The entries of the only workspace. */
function entries(...list: readonly string[]) {
  const found = load(allowlist(...list)).portarium?.workspaces[0]?.egressAllowlist;
  if (!Array.isArray(found)) throw new Error('no list');
  return found;
}

describe('defaults', () => {
  test('of an environment with nothing but a dialect', () => {
    expect(load('dialect: { kind: kubernetes }\n')).toEqual({
      name: 'prod',
      file: join(root, 'environments/prod.yaml'),
      profile: 'strict',
      dialect: { kind: 'kubernetes' },
      cluster: DEFAULT_CLUSTER,
      tools: { opa: false, kyverno: false, cilium: false, spire: false, envoy: false, falco: false },
    });
  });

  test.each(['{}', '{ dns: {} }', '{ domain: cluster.local, searchDomains: [] }'])('of a cluster (%s)', (cluster) => {
    expect(load(`dialect: { kind: kubernetes }\ncluster: ${cluster}\n`).cluster).toEqual(DEFAULT_CLUSTER);
  });

  test('of a workspace: nothing that was not said', () => {
    expect(load(settings()).portarium).toEqual({
      workspaces: [{ id: 'ws-a', tools: 'none', egressAllowlist: 'none' }],
    });
  });

  test('of an entry: TCP 443', () => {
    expect(entries('{ host: api.example.com, purpose: testing }')).toEqual([
      { peer: Peer.fqdn('api.example.com'), ports: [Port.tcp(443)], purpose: 'testing' },
    ]);
  });
});

describe('what is said arrives', () => {
  test('of the cluster', () => {
    const { cluster } = load(
      'dialect: { kind: kubernetes }\ncluster: { domain: a.internal, searchDomains: [b.c], dns: { namespace: dns, labels: { app: x }, port: 5353 } }\n',
    );
    expect(cluster).toEqual({
      domain: 'a.internal',
      searchDomains: ['b.c'],
      dns: {
        peer: Peer.pods({ namespace: 'dns', labels: { app: 'x' } }),
        ports: [Port.udp(5353), Port.tcp(5353)],
      },
    });
  });

  test('of a workspace', () => {
    const text = settings({ owner: 'me', isolation: 'label', namespace: 'b', stage: 'observe', tools: '["a:b"]' });
    expect(load(text).portarium?.workspaces[0]).toEqual({
      id: 'ws-a',
      owner: 'me',
      isolation: 'label',
      namespace: 'b',
      stage: 'observe',
      tools: ['a:b'],
      egressAllowlist: 'none',
    });
  });

  test.each([
    ['observe', 'observe'],
    ['{ egress: observe, tools: observe }', { egress: 'observe', tools: 'observe' }],
  ])('of the stage %s', (text, stage) => {
    expect(load(settings({ stage: text })).portarium?.workspaces[0]?.stage).toEqual(stage);
  });

  test('of the stage of all, and of steps that were forced', () => {
    const forced = [{ layer: 'egress', workspaces: ['ws-a'], gates: ['routing-compliance'], reason: 'An incident' }];
    const said = { stage: { mtls: 'observe', tools: 'observe' }, rollout: { forced }, workspaces: [] };
    expect(load(`dialect: { kind: kubernetes }\nportarium: ${JSON.stringify(said)}\n`).portarium).toEqual(said);
  });

  test.each([
    ['dialect: { kind: cilium, version: "1.19" }\n', { name: 'cilium', enabled: true }],
    ['dialect: { kind: kubernetes }\n', undefined],
    ['dialect: { kind: kubernetes }\npolicyController: { name: calico }\n', { name: 'calico', enabled: true }],
    [
      'dialect: { kind: cilium, version: "1.19" }\npolicyController: { name: cilium, enabled: false }\n',
      { name: 'cilium', enabled: false },
    ],
  ])('of who enforces policies: %j', (text, controller) => {
    expect(load(text).policyController).toEqual(controller);
  });

  test('of an entry with a host', () => {
    const [entry] = entries(
      '{ host: "*.xn--bcher-kva.example.com", displays: "*.bücher.example.com", ports: [1, { from: 2, to: 3 }, { from: 4, to: 4 }], protocol: UDP, purpose: testing }',
    );
    expect(entry).toEqual({
      peer: { kind: 'fqdn', host: '*.xn--bcher-kva.example.com' },
      ports: [Port.udp(1), Port.udpRange(2, 3), Port.udp(4)],
      purpose: 'testing',
    });
  });

  test('of an entry with addresses', () => {
    const [entry] = entries('{ cidr: 203.0.113.0/24, except: [203.0.113.128/25], protocol: SCTP, purpose: testing }');
    expect(entry).toEqual({
      peer: Peer.cidr('203.0.113.0/24', { except: ['203.0.113.128/25'] }),
      ports: [Port.sctp(443)],
      purpose: 'testing',
    });
  });

  test('of the rest of Portarium', () => {
    const said = {
      namespaces: { agents: 'a', vault: 'b' },
      ports: { spire: 'none', controlPlane: 'none', telemetry: [1] },
      labels: { app: 'x' },
      selectors: { vault: { app: 'vault' } },
      manageControlPlane: false,
      workspaces: [],
    };
    expect(load(`dialect: { kind: kubernetes }\nportarium: ${JSON.stringify(said)}\n`).portarium).toEqual(said);
  });
});

test.each(['API.Example.COM', 'api.example.com.', 'Api.example.COM.'])('%s is api.example.com', (host) => {
  expect(entries(`{ host: ${host}, purpose: testing }`)[0]?.peer).toEqual(Peer.fqdn('api.example.com'));
});

test('YAML 1.2: yes, no, on and 1:30 are texts', () => {
  const { portarium } = load(settings({ owner: 'yes', tools: '["a:no"]', namespace: 'on' }));
  expect(portarium?.workspaces[0]).toMatchObject({ owner: 'yes', namespace: 'on' });
  expect(load(settings({ owner: '1:30' })).portarium?.workspaces[0]?.owner).toBe('1:30');
});
