import { describe, expect, test } from 'vitest';
import {
  checkLabelScheme,
  DEFAULT_LABEL_SCHEME,
  type LabelScheme,
  podLabels,
  selectorLabels,
} from '../../../lib/platform/label-scheme';

const SCHEME: LabelScheme = { component: 'role', workspace: 'tenant', app: { key: 'app', prefix: 'portal-' } };

describe('labels of a component', () => {
  test.each([
    [selectorLabels(SCHEME, 'agent'), { role: 'agent' }],
    [selectorLabels(SCHEME, 'agent', 'ws'), { role: 'agent', tenant: 'ws' }],
    [podLabels(SCHEME, 'agent'), { app: 'portal-agent', role: 'agent' }],
    [podLabels(SCHEME, 'agent', 'ws'), { app: 'portal-agent', role: 'agent', tenant: 'ws' }],
    [
      podLabels(DEFAULT_LABEL_SCHEME, 'agent', 'ws'),
      { 'app.kubernetes.io/component': 'agent', 'portcullis.dev/workspace': 'ws' },
    ],
  ])('%o', (labels, wanted) => {
    expect(labels).toEqual(wanted);
  });

  test('are such that policies select the pods that carry them', () => {
    for (const workspace of [undefined, 'ws']) {
      expect(podLabels(SCHEME, 'agent', workspace)).toMatchObject(selectorLabels(SCHEME, 'agent', workspace));
    }
  });
});

describe('a scheme', () => {
  test.each([SCHEME, DEFAULT_LABEL_SCHEME])('is taken if its keys are label keys: %o', (scheme) => {
    expect(checkLabelScheme(scheme, 'app/platform')).toBe(scheme);
  });

  test.each([
    [{ ...SCHEME, component: 'not a key' }, /label key 'not a key'/],
    [{ ...SCHEME, workspace: '' }, /label key/],
    [{ ...SCHEME, app: { key: '-app', prefix: '' } }, /label key '-app'/],
    [{ ...SCHEME, workspace: 'io.kubernetes.pod.namespace' }, /derived by Cilium/],
    [{ ...SCHEME, workspace: 'role' }, /'role' stands for two things/],
    [{ ...SCHEME, app: { key: 'tenant', prefix: '' } }, /'tenant' stands for two things/],
  ])('is refused at its platform otherwise: %o', (scheme, message) => {
    expect(() => checkLabelScheme(scheme, 'app/platform')).toThrow(message);
    expect(() => checkLabelScheme(scheme, 'app/platform')).toThrow('[app/platform]');
  });
});
