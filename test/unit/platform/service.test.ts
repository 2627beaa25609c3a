import { describe, expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { Service, type ServiceProps } from '../../../lib/platform/service';
import { manifests, platform } from './build';

const LABELS = { component: 'role', workspace: 'tenant', app: { key: 'app', prefix: 'portal-' } };
const vault = (props: Partial<ServiceProps> = {}) =>
  new Service(platform({ labels: LABELS }), 'vault', { namespace: 'secrets', ...props });

describe('the pods of a service', () => {
  test.each<readonly [string, Partial<ServiceProps>, object | undefined, object]>([
    ['by the labels of the platform', {}, { role: 'vault' }, { role: 'vault', app: 'portal-vault' }],
    ['by labels of its own', { labels: { app: 'vault' } }, { app: 'vault' }, { app: 'vault' }],
    ['by the labels that others gave them', { managed: false, labels: { app: 'v' } }, { app: 'v' }, { app: 'v' }],
    ['by their namespace where others manage them', { managed: false }, undefined, {}],
  ])('are known %s', (_, props, selector, podLabels) => {
    const service = vault(props);
    expect([service.selector, service.podLabels]).toEqual([selector, podLabels]);
    expect(service.connections.end.peer).toEqual(
      selector === undefined ? Peer.namespace('secrets') : Peer.pods({ namespace: 'secrets', labels: { ...selector } }),
    );
  });

  test.each([
    [{}, ['Namespace secrets', 'CiliumNetworkPolicy default-deny', 'CiliumNetworkPolicy vault']],
    [{ manageNamespace: false }, ['CiliumNetworkPolicy vault']],
    [{ managed: false }, []],
  ])('with %j are governed by %j', (props, objects) => {
    const { node } = vault(props);
    const rendered = manifests(node.root).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(rendered.sort()).toEqual([...objects].sort());
  });
});

describe('the name that clients look up', () => {
  test.each([
    [{}, { kind: 'service', service: 'vault', namespace: 'secrets' }],
    [{ serviceName: 'vault-active' }, { kind: 'service', service: 'vault-active', namespace: 'secrets' }],
    [{ serviceName: 'none' }, undefined],
  ])('with %j is %j', (props, name) => {
    expect(vault(props).connections.end.name).toEqual(name);
  });
});

test('its ports are those of every edge to it that names none', () => {
  const service = vault({ ports: [Port.tcp(8200)] });
  expect(service.allowFrom(Peer.namespace('a'), { purpose: 'p' }).ports).toEqual([Port.tcp(8200)]);
  expect(() => vault().allowFrom(Peer.namespace('a'), { purpose: 'p' })).toThrow(/has no ports/);
});

test.each([
  ['Not A Label', /refused/],
  ['x'.repeat(64), /63/],
  ['UPPER', /not a DNS (label|subdomain)/],
])("an id that is no name, '%s', is refused at the service's path", (id, message) => {
  const create = () => new Service(platform(), id, { namespace: 'secrets' });
  expect(create).toThrow(message);
  expect(create).toThrow(`[platform0/${id}]`);
});

test("a prefix that makes a label too long is refused at the service's path", () => {
  const id = 'x'.repeat(60);
  const create = () => new Service(platform({ labels: LABELS }), id, { namespace: 'secrets' });
  expect(create).toThrow(`[platform0/${id}]`);
});
