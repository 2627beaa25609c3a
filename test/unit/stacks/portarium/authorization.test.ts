import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import {
  cilium,
  Portarium,
  PortariumReference,
  type PortariumSettings,
  type PortariumWorkspace,
} from '../../../../lib';
import { files, findings, manifest } from '../../platform/build';

const IMAGE = `registry.example.com/opa@sha256:${'0'.repeat(64)}`;
const purpose = 'testing';
const PRODUCTION: PortariumWorkspace = {
  id: 'ws-production',
  tools: ['invoice:read', 'invoice:create'],
  egressAllowlist: 'none',
  authorization: {
    tasks: [{ task: 'pay', capabilities: ['invoice:read'], purpose }],
    messages: [{ workspace: 'ws-shared', purpose }],
    vaults: [{ vault: 'Payments EU', purpose }],
    delegations: [{ to: 'adviser', capabilities: ['invoice:read'], purpose }],
    reads: [{ workspace: 'ws-shared', purpose }],
  },
};
const SHARED: PortariumWorkspace = { id: 'ws-shared', isolation: 'label', tools: 'none', egressAllowlist: 'none' };

function build(settings: Partial<PortariumSettings> = {}) {
  const dialect = cilium({ version: '1.19' });
  const authorization = { image: IMAGE };
  return new Portarium(new App(), 'portarium', {
    authorization,
    workspaces: [PRODUCTION, SHARED],
    // Without identities, tools cannot be enforced.
    stage: { mtls: 'observe', tools: 'observe' },
    ...settings,
    dialect,
  });
}

function problems(portarium: Portarium): readonly string[] {
  return findings(portarium)
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, rule }) => `${severity} ${rule}`);
}

test('agents are named after their workspaces, and hold its tools', () => {
  const portarium = build();
  expect(portarium.authorization?.authorization.agents).toEqual([
    {
      name: 'ws-production/agent',
      namespace: 'ws-production',
      capabilities: PRODUCTION.tools,
      ...PRODUCTION.authorization,
      messages: [{ to: 'ws-shared/agent', purpose }],
      reads: [{ namespace: 'ws-shared', purpose }],
    },
    // The pods share a namespace with others; the state does not.
    { name: 'ws-shared/agent', namespace: 'ws-shared', capabilities: 'none', messages: [], reads: [] },
  ]);
  expect(problems(portarium)).toEqual([]);
});

test('OPA has a namespace of its own, and the control plane knows where', () => {
  const portarium = build({ namespaces: { authorization: 'policies' } });
  expect(manifest(portarium, 'Deployment', 'opa').metadata.namespace).toBe('policies');
  const { data } = manifest(portarium, 'ConfigMap', 'portarium-authorization', 'portarium-system');
  expect(JSON.stringify(data)).toContain('http://opa.policies.svc:8181');
  expect(manifest(build(), 'Service', 'opa').metadata.namespace).toBe('portarium-authorization');
});

describe('switched off', () => {
  test('nothing of it is rendered', () => {
    const { authorization: _, ...without } = PRODUCTION;
    const portarium = build({ authorization: undefined as never, workspaces: [without, SHARED] });
    expect(portarium.authorization).toBeUndefined();
    expect(files(portarium).filter((file) => file.includes('authorization'))).toEqual([]);
    expect(problems(portarium)).toEqual([]);
  });

  test('what is granted all the same is a warning', () => {
    expect(problems(build({ authorization: undefined as never }))).toEqual(['warning authorization-off']);
  });
});

test('the documents as written have no OPA, and say so of grants', () => {
  const reference = new PortariumReference(new App(), 'portarium', {
    authorization: { image: IMAGE },
    workspaces: [PRODUCTION, SHARED],
  });
  expect(files(reference).filter((file) => file.includes('authorization'))).toEqual([]);
  expect(findings(reference).filter(({ rule }) => rule === 'authorization-off')).toHaveLength(1);
});

test('a workspace that nobody declared is a finding', () => {
  const stranger = { ...PRODUCTION, authorization: { messages: [{ workspace: 'ws-gone', purpose }] } };
  expect(problems(build({ workspaces: [stranger, SHARED] }))).toEqual(['error unknown-agent']);
  const reader = { ...PRODUCTION, authorization: { reads: [{ workspace: 'ws-gone', purpose }] } };
  expect(problems(build({ workspaces: [reader, SHARED] }))).toEqual(['error unknown-state-namespace']);
});

test('a workspace that is added later is a finding, since it would be denied everything', () => {
  const portarium = build();
  portarium.addPortariumWorkspace({ id: 'ws-late', tools: 'none', egressAllowlist: 'none' });
  expect(problems(portarium)).toEqual(['error workspace-not-authorized']);
});
