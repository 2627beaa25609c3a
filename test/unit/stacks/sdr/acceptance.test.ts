import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { cilium, Sdr, type SdrProps } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { plan } from '../../../../lib/synth/synthesize';
import { type Pod, type Target, type Traffic, verdict } from './cilium-verdict';

const COMPONENTS = ['spine-checkpointer', 'spine-witness', 'spine-proofs-api', 'hubble-bridge', 'hushd'] as const;
const CLIENTS = ['spine-checkpointer', 'spine-witness', 'spine-proofs-api', 'hushd'] as const;

function pod(component: string, namespace = 'clawdstrike'): Pod {
  const labels = { 'app.kubernetes.io/part-of': 'clawdstrike', 'app.kubernetes.io/component': component };
  return { namespace, labels };
}

const NATS = pod('nats');
const BRIDGE = pod('tetragon-bridge', 'kube-system');
const DNS: Pod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const RELAY: Pod = { namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'hubble-relay' } };
const PROMETHEUS: Pod = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
const GATEWAY: Pod = {
  namespace: 'envoy-gateway-system',
  labels: { 'app.kubernetes.io/component': 'envoy-gateway' },
};

class World {
  readonly policies: readonly KubeObject[];
  readonly files: ReadonlyMap<string, readonly KubeObject[]>;

  constructor(
    readonly profile: 'strict' | 'reference',
    props: Partial<SdrProps> = {},
  ) {
    const app = new App();
    new Sdr(app, 'clawdstrike', { dialect: cilium({ version: '1.19' }), profile, ...props });
    const planned = plan(app);
    this.files = new Map(
      planned.manifests.map(({ file, objects }) => [file, objects.map((object) => object.toJson() as KubeObject)]),
    );
    this.policies = [...this.files.values()].flat().filter(({ kind }) => kind === 'CiliumNetworkPolicy');
  }

  allows(from: Pod, to: Target, traffic: Traffic): boolean {
    return verdict(this.policies, from, to, traffic).allowed;
  }

  authenticates(from: Pod, to: Target, traffic: Traffic): boolean {
    return verdict(this.policies, from, to, traffic).authenticated;
  }
}

const get = (path: string) => ({ port: 8080, method: 'GET', path });
const ask = (query: string) => ({ port: 53, protocol: 'UDP', query });

interface Criterion {
  readonly criterion: string;
  readonly holds: (world: World) => boolean;
  /** Why the specification's own YAML does not hold it; absent if it does. */
  readonly brokenAsWritten?: string;
}

/** The specification's acceptance criteria and negative tests. */
const CRITERIA: readonly Criterion[] = [
  {
    criterion: 'ten policy files',
    holds: ({ files }) =>
      [...files.keys()].filter((file) => /^cilium-policies\/0\d-.*\.yaml$/.test(file)).length === 10,
  },
  {
    criterion: 'all policies use cilium.io/v2 CiliumNetworkPolicy',
    holds: ({ files }) =>
      [...files]
        .filter(([file]) => file.startsWith('cilium-policies/'))
        .every(([, objects]) =>
          objects.every((o) => o.kind === 'CiliumNetworkPolicy' && o.apiVersion === 'cilium.io/v2'),
        ),
  },
  {
    criterion: 'the namespace denies by default',
    holds: (world) => !world.allows(pod('newcomer'), pod('other-newcomer'), { port: 1234 }),
    brokenAsWritten: 'the namespace policy allows all traffic within the namespace',
  },
  {
    criterion: 'Spine services reach nothing but NATS on 4222 and DNS (the witness also STS)',
    holds: (world) =>
      CLIENTS.slice(0, 3).every(
        (name) =>
          world.allows(pod(name), NATS, { port: 4222 }) &&
          !world.allows(pod(name), NATS, { port: 6222 }) &&
          !world.allows(pod(name), pod('hushd'), get('/health')) &&
          !world.allows(pod(name), { ip: '93.184.215.14' }, { port: 443 }) &&
          !world.allows(pod(name), { host: 'example.com' }, { port: 443 }),
      ),
    brokenAsWritten: 'the namespace policy allows every port of every pod in the namespace',
  },
  {
    criterion: 'proofs-api serves its documented requests to the gateway and to hushd',
    holds: (world) =>
      [GATEWAY, pod('hushd')].every((client) =>
        ['/v1/checkpoints/latest', '/v1/proofs/inclusion', '/healthz'].every((path) =>
          world.allows(client, pod('spine-proofs-api'), get(path)),
        ),
      ),
    brokenAsWritten: "the gateway's selector has no namespace, so it means pods of the policy's own",
  },
  {
    criterion: 'a POST to proofs-api is refused',
    holds: (world) =>
      [GATEWAY, pod('hushd')].every(
        (client) =>
          !world.allows(client, pod('spine-proofs-api'), { port: 8080, method: 'POST', path: '/v1/admin/reset' }),
      ),
    brokenAsWritten: 'the namespace policy allows hushd any request',
  },
  {
    criterion: 'hushd serves its documented requests to the gateway and no others',
    holds: (world) =>
      world.allows(GATEWAY, pod('hushd'), { port: 8080, method: 'POST', path: '/api/v1/check' }) &&
      ['/api/v1/events', '/api/v1/audit/2026', '/health'].every((path) =>
        world.allows(GATEWAY, pod('hushd'), get(path)),
      ) &&
      !world.allows(GATEWAY, pod('hushd'), { port: 8080, method: 'DELETE', path: '/api/v1/check' }) &&
      !world.allows(pod('spine-witness'), pod('hushd'), get('/api/v1/admin')),
    brokenAsWritten: 'the gateway is looked for in the wrong namespace, and the whole namespace may send anything',
  },
  {
    criterion: 'Spine-internal connections require mutual authentication at both ends',
    holds: (world) =>
      CLIENTS.every((name) => world.authenticates(pod(name), NATS, { port: 4222 })) &&
      world.authenticates(pod('hushd'), pod('spine-proofs-api'), get('/healthz')),
    brokenAsWritten: 'the policy of NATS does not ask for it',
  },
  {
    criterion: 'tetragon-bridge reaches Tetragon and NATS',
    holds: (world) =>
      world.allows(BRIDGE, { entity: 'host' }, { port: 54321 }) && world.allows(BRIDGE, NATS, { port: 4222 }),
  },
  {
    criterion: 'hubble-bridge reaches Hubble Relay and NATS',
    holds: (world) =>
      world.allows(pod('hubble-bridge'), RELAY, { port: 4245 }) &&
      world.allows(pod('hubble-bridge'), NATS, { port: 4222 }),
  },
  {
    criterion: 'NATS replicas route to each other',
    holds: (world) => world.allows(NATS, NATS, { port: 6222 }),
  },
  {
    criterion: 'Prometheus scrapes the NATS exporter',
    holds: (world) => world.allows(PROMETHEUS, NATS, { port: 7777 }),
    brokenAsWritten: '8222 is the JSON monitor; the exporter listens on 7777',
  },
  {
    criterion: 'Prometheus scrapes every component, and no port that nothing listens on',
    holds: (world) =>
      COMPONENTS.every((name) => world.allows(PROMETHEUS, pod(name), { port: 2112 })) &&
      COMPONENTS.every((name) => !world.allows(PROMETHEUS, pod(name), { port: 9090 })),
    brokenAsWritten: '9090 is opened on every pod',
  },
  {
    criterion: 'all policies carry the part-of label',
    holds: ({ policies }) =>
      policies.every(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] === 'clawdstrike'),
  },
  {
    criterion: 'every component resolves the names that it needs',
    holds: (world) =>
      [...COMPONENTS.map((name) => pod(name)), BRIDGE].every((client) =>
        world.allows(client, DNS, ask('nats.clawdstrike.svc.cluster.local')),
      ) &&
      world.allows(pod('spine-witness'), DNS, ask('sts.us-east-1.amazonaws.com')) &&
      world.allows(NATS, DNS, ask('nats-0.nats-headless.clawdstrike.svc.cluster.local')),
    // The namespace policy answers any name, so this one holds as written, for the wrong reason.
  },
  {
    criterion: 'no component resolves other names',
    holds: (world) => COMPONENTS.every((name) => !world.allows(pod(name), DNS, ask('exfiltrate.evil.example'))),
    brokenAsWritten: 'two policies allow every name for every pod',
  },
  {
    criterion: 'the witness reaches AWS STS',
    holds: (world) => world.allows(pod('spine-witness'), { host: 'sts.us-east-1.amazonaws.com' }, { port: 443 }),
    brokenAsWritten: '`*` does not cross the dot in sts.us-east-1',
  },
  {
    criterion: 'a pod without the labels of the stack cannot reach NATS',
    holds: (world) => !world.allows({ namespace: 'clawdstrike', labels: {} }, NATS, { port: 4222 }),
    brokenAsWritten: 'the namespace policy allows it',
  },
  {
    criterion: 'a pod that only claims to be part of the stack cannot reach NATS',
    holds: (world) => !world.allows(pod('impostor'), NATS, { port: 4222 }),
    brokenAsWritten: 'the part-of label is enough',
  },
  {
    criterion: 'a pod of the default namespace cannot reach hushd',
    holds: (world) => !world.allows(pod('anything', 'default'), pod('hushd'), get('/health')),
  },
  {
    criterion: 'hushd cannot reach arbitrary addresses',
    holds: (world) =>
      !world.allows(pod('hushd'), { ip: '203.0.113.7' }, { port: 443 }) &&
      !world.allows(pod('hushd'), { ip: '169.254.169.254' }, { port: 80 }),
  },
];

describe('strict', () => {
  const world = new World('strict');
  test.each(CRITERIA)('$criterion', ({ holds }) => {
    expect(holds(world)).toBe(true);
  });
});

describe('as written', () => {
  const world = new World('reference');
  test.each(CRITERIA.filter(({ brokenAsWritten }) => brokenAsWritten === undefined))('$criterion', ({ holds }) => {
    expect(holds(world)).toBe(true);
  });
  test.each(CRITERIA.filter(({ brokenAsWritten }) => brokenAsWritten !== undefined))(
    'does not hold that $criterion: $brokenAsWritten',
    ({ holds }) => {
      expect(holds(world)).toBe(false);
    },
  );
});

describe('the move of NATS from aegisnet', () => {
  const old = pod('nats', 'aegisnet');

  test('before it, clients reach NATS in aegisnet only', () => {
    const world = new World('strict', { natsNamespace: 'aegisnet' });
    for (const name of CLIENTS) {
      expect(world.allows(pod(name), old, { port: 4222 })).toBe(true);
      expect(world.allows(pod(name), NATS, { port: 4222 })).toBe(false);
    }
    expect(world.allows(BRIDGE, old, { port: 4222 })).toBe(true);
    expect(world.allows(old, old, { port: 6222 })).toBe(true);
    expect(world.allows(pod('hushd'), DNS, ask('nats.aegisnet.svc.cluster.local'))).toBe(true);
  });

  test('during it, clients reach both, and the replicas each other', () => {
    const world = new World('strict', { natsNamespace: ['aegisnet', 'clawdstrike'] });
    for (const name of CLIENTS) {
      expect(world.allows(pod(name), old, { port: 4222 })).toBe(true);
      expect(world.allows(pod(name), NATS, { port: 4222 })).toBe(true);
      expect(world.authenticates(pod(name), old, { port: 4222 })).toBe(true);
    }
    expect(world.allows(old, NATS, { port: 6222 })).toBe(true);
    expect(world.allows(NATS, old, { port: 6222 })).toBe(true);
    expect(world.allows(PROMETHEUS, old, { port: 7777 })).toBe(true);
  });

  test('after it, nothing of the stack reaches aegisnet', () => {
    const world = new World('strict');
    expect(world.allows(pod('hushd'), old, { port: 4222 })).toBe(false);
    expect([...world.policies].every(({ metadata }) => metadata.namespace !== 'aegisnet')).toBe(true);
  });

  test('never denies the rest of aegisnet by default', () => {
    const world = new World('strict', { natsNamespace: 'aegisnet' });
    const bystander: Pod = { namespace: 'aegisnet', labels: { app: 'bystander' } };
    expect(world.allows(bystander, { ip: '203.0.113.7' }, { port: 443 })).toBe(true);
  });
});

test('the default deny can observe while the components are enforced', () => {
  const world = new World('strict', { stages: { namespace: 'observe' } });
  expect(world.allows(pod('newcomer'), { ip: '203.0.113.7' }, { port: 443 })).toBe(true);
  expect(world.allows(pod('hushd'), { ip: '203.0.113.7' }, { port: 443 })).toBe(false);
});

describe('one component that observes', () => {
  const world = new World('strict', { stages: { 'spine-witness': 'observe' } });

  test('is dropped nowhere', () => {
    expect(world.allows(pod('spine-witness'), { ip: '203.0.113.7' }, { port: 443 })).toBe(true);
    expect(world.allows(pod('spine-witness'), DNS, ask('anything.example'))).toBe(true);
    expect(world.allows(pod('default', 'default'), pod('spine-witness'), { port: 1 })).toBe(true);
  });

  test('leaves the others enforced', () => {
    expect(world.allows(pod('hushd'), { ip: '203.0.113.7' }, { port: 443 })).toBe(false);
    expect(world.allows(pod('newcomer'), { ip: '203.0.113.7' }, { port: 443 })).toBe(false);
  });
});
