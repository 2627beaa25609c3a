import { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { Component, cilium, Peer, Platform, Port } from '../../../lib';
import { METADATA_ADDRESSES } from '../../../lib/model/metadata-address';

const HOST = { peer: Peer.fqdn('api.example.com'), options: { ports: [Port.tcp(443)], purpose: 'read' } };

function denied(change: (component: Component) => void, manageNamespace = false, stage?: 'observe'): unknown {
  const platform = new Platform(new App(), 'platform', { dialect: cilium({ version: '1.19' }) });
  const component = new Component(platform, 'bridge', {
    title: 'bridge',
    namespace: 'tools',
    selector: { app: 'bridge' },
    manageNamespace,
    ...(stage === undefined ? {} : { stage }),
  });
  change(component);
  return component.policy?.toJson().spec.egressDeny;
}

test('a component in a namespace of others keeps its host names from being pointed at metadata addresses', () => {
  const deny = denied((component) => component.allowTo(HOST.peer, HOST.options));
  const ranges = METADATA_ADDRESSES.map((address) => ({ cidr: `${address}/${address.includes(':') ? 128 : 32}` }));
  expect(deny).toEqual([{ toCIDRSet: ranges }]);
});

test('a namespace that is denied by default does so for all of its pods', () => {
  expect(denied((component) => component.allowTo(HOST.peer, HOST.options), true)).toBeUndefined();
});

test('a component that leaves the cluster nowhere needs no deny', () => {
  expect(denied(() => {})).toBeUndefined();
});

test('nothing is denied while observing', () => {
  expect(denied((component) => component.allowTo(HOST.peer, HOST.options), false, 'observe')).toBeUndefined();
});
