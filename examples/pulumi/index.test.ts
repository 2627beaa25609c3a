import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';

const registered = new Map<string, pulumi.runtime.MockResourceArgs>();

pulumi.runtime.setMocks(
  {
    newResource: (args) => {
      registered.set(args.name, args);
      return { id: `${args.name}-id`, state: args.inputs };
    },
    call: ({ inputs }) => inputs,
  },
  'agents',
  'prod',
);

test('every object becomes a resource, the default deny among them', async () => {
  const { objects } = await import('./index.js');
  await Promise.all([...objects.resources.values()].map((resource) => new Promise((done) => resource.urn.apply(done))));
  const deny = registered.get('agents/ws-payments/NetworkPolicy/default-deny');
  assert.equal(deny?.type, 'kubernetes:networking.k8s.io/v1:NetworkPolicy');
  assert.deepEqual(deny.inputs.spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  assert.equal(objects.resources.size, 8);
  const agent = registered.get('agents/ws-payments/NetworkPolicy/agent');
  assert.match(JSON.stringify(agent?.inputs.spec.egress), /203\.0\.113\.0\/24/);
});
