import { describe, expect, test } from 'vitest';
import { everyAddress } from '../../../../lib/analysis/address/address-range';
import type { Entity } from '../../../../lib/analysis/policy/policy-model';
import type { Requirement } from '../../../../lib/analysis/policy/requirement';
import type { End } from '../../../../lib/analysis/universe/end';
import { guisesOf, isApiServer, isHost, isOf, isSelected } from '../../../../lib/analysis/universe/identity';

const pods = (hostNetwork: boolean): End => ({ kind: 'pods', workloads: [], ports: [], hostNetwork });
const addresses = (family: 4 | 6): End => ({ kind: 'addresses', ranges: [everyAddress(family)] });
const entity = (name: 'host' | 'health' | 'kube-apiserver'): End => ({ kind: 'entity', entity: name });
const NAME: End = { kind: 'name', pattern: '*.example.com' };
const ENTITIES: readonly Entity[] = [
  'world',
  'world-ipv4',
  'world-ipv6',
  'host',
  'remote-node',
  'kube-apiserver',
  'health',
];

describe('what an end may be', () => {
  test.each<readonly [string, End, readonly Entity[], readonly Entity[]]>([
    ['an address', addresses(4), ['world', 'world-ipv4'], []],
    ['an address of IPv6', addresses(6), ['world', 'world-ipv6'], []],
    ['a name', NAME, ['world'], ['world-ipv4', 'world-ipv6']],
    ["a pod on the host's network", pods(true), [], ['host', 'remote-node']],
    ['the host', entity('host'), ['host'], []],
    ['the health check', entity('health'), ['health'], []],
    [
      'the API server',
      entity('kube-apiserver'),
      ['kube-apiserver'],
      ['world', 'world-ipv4', 'world-ipv6', 'host', 'remote-node'],
    ],
  ])('%s', (_, end, always, perhaps) => {
    const guises = guisesOf(end);
    expect(guises.length).toBeGreaterThan(0);
    const every = ENTITIES.filter((name) => guises.every((guise) => isOf(guise, name)));
    const some = ENTITIES.filter((name) => guises.some((guise) => isOf(guise, name)) && !every.includes(name));
    expect(every).toEqual(always);
    expect(some).toEqual(perhaps);
  });

  test('a pod of its own network is nothing else', () => {
    expect(guisesOf(pods(false))).toEqual([]);
  });
});

test.each<readonly [string, readonly Requirement[], boolean]>([
  ['nothing', [], true],
  ['its label', [{ attribute: 'reserved', key: 'host', operator: 'Exists', values: [] }], true],
  ['its label, which is empty', [{ attribute: 'reserved', key: 'host', operator: 'In', values: [''] }], true],
  ['another label of its kind', [{ attribute: 'reserved', key: 'health', operator: 'Exists', values: [] }], false],
  [
    'that this label is not there',
    [{ attribute: 'reserved', key: 'host', operator: 'DoesNotExist', values: [] }],
    false,
  ],
  ['a label of pods', [{ attribute: 'label', key: 'host', operator: 'Exists', values: [] }], false],
  [
    'that a label of pods is not there',
    [{ attribute: 'label', key: 'app', operator: 'DoesNotExist', values: [] }],
    true,
  ],
  ['another value than one', [{ attribute: 'label', key: 'app', operator: 'NotIn', values: ['web'] }], true],
  ['a namespace', [{ attribute: 'namespace', key: '', operator: 'Exists', values: [] }], false],
  ['the own cluster', [{ attribute: 'cluster', key: '', operator: 'Exists', values: [] }], false],
])('a selector that wants %s selects the host: %s', (_, selector, selected) => {
  expect(guisesOf(entity('host')).some((guise) => isSelected(guise, selector))).toBe(selected);
});

test('the host and the API server are told by their entities', () => {
  expect([entity('host'), entity('kube-apiserver'), pods(true), NAME].map(isHost)).toEqual([true, false, false, false]);
  expect([entity('host'), entity('kube-apiserver'), NAME].map(isApiServer)).toEqual([false, true, false]);
});
