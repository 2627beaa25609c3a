import { describe, expect, test } from 'vitest';
import { attributeOf, carries, namespacesByName } from '../../../../lib/analysis/policy/pod-attribute';
import type { Requirement } from '../../../../lib/analysis/policy/requirement';

const NAMESPACES = namespacesByName([{ name: 'shop', labels: { team: 'a', 'kubernetes.io/metadata.name': 'shop' } }]);
const pod = (namespace: string) => ({ namespace, serviceAccount: 'cart', labels: { app: 'cart' } });

test.each<readonly [Requirement['attribute'], string, string, string | undefined]>([
  ['label', 'app', 'shop', 'cart'],
  ['label', 'constructor', 'shop', undefined],
  ['namespaceLabel', 'team', 'shop', 'a'],
  ['namespaceLabel', 'constructor', 'shop', undefined],
  ['namespaceLabel', 'team', 'elsewhere', undefined],
  ['namespaceLabel', 'kubernetes.io/metadata.name', 'elsewhere', 'elsewhere'],
  ['namespace', '', 'shop', 'shop'],
  ['serviceAccount', '', 'shop', 'cart'],
  ['cluster', '', 'shop', undefined],
  ['reserved', 'host', 'shop', undefined],
])("%s '%s' of a pod in %s is %s", (attribute, key, namespace, expected) => {
  expect(attributeOf({ attribute, key }, pod(namespace), NAMESPACES)).toBe(expected);
});

describe('a pod carries', () => {
  const app: Requirement = { attribute: 'label', key: 'app', operator: 'In', values: ['cart'] };
  test.each<readonly [string, Requirement, boolean]>([
    ['what it has', app, true],
    ['nothing else', { ...app, values: ['web'] }, false],
    ['no label that is asked to be absent', { ...app, operator: 'DoesNotExist', values: [] }, false],
    ['any name of a cluster', { attribute: 'cluster', key: '', operator: 'In', values: ['east'] }, true],
    ['no reserved label', { attribute: 'reserved', key: 'host', operator: 'Exists', values: [] }, false],
  ])('%s', (_, requirement, expected) => {
    expect(carries(pod('shop'), [app, requirement], NAMESPACES)).toBe(expected);
  });
});
