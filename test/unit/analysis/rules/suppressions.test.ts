import { describe, expect, test } from 'vitest';
import { check, type Suppression } from '../../../../lib/analysis/check';
import { hostNetwork } from '../../../../lib/analysis/rules/host-network';
import { noDefaultDeny } from '../../../../lib/analysis/rules/no-default-deny';
import { worldIngress } from '../../../../lib/analysis/rules/world-ingress';
import { analysisOf, cnp, np } from './build';

const OPEN = cnp('a', 'gateway', 'endpointSelector: {}\ningress:\n- fromEntities: [world]\negress: [{}]');
const annotated = (text: string) =>
  OPEN.replace('metadata:', `metadata:\n  annotations:\n    portcullis.dev/suppress: ${JSON.stringify(text)}`);
const run = (yaml: string, suppressions: readonly Suppression[] = []) =>
  check(analysisOf({ yaml }), { rules: [worldIngress, noDefaultDeny], suppressions });
const told = (yaml: string, suppressions?: readonly Suppression[]) =>
  run(yaml, suppressions).findings.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`);

describe('an annotation', () => {
  test('accepts a finding of its object, with the reason', () => {
    const { findings, suppressed } = run(annotated('world-ingress: public gateway'));
    expect(findings).toEqual([]);
    expect(suppressed.map(({ finding, reason }) => [finding.rule, finding.object, reason])).toEqual([
      ['world-ingress', 'CiliumNetworkPolicy a/gateway', 'public gateway'],
    ]);
  });

  test('accepts several, in lines or behind semicolons', () => {
    for (const separator of ['\n', '; ', ';\n\n']) {
      expect(told(annotated(`world-ingress: public gateway${separator}no-default-deny: elsewhere`))).toEqual([
        'warning unused-suppression: there is no finding no-default-deny of CiliumNetworkPolicy a/gateway to suppress',
      ]);
    }
  });

  test('accepts nothing of other objects', () => {
    const other = annotated('world-ingress: public gateway').replace('name: gateway', 'name: other');
    const { findings, suppressed } = run(OPEN + other);
    expect(findings.map(({ rule }) => rule)).toEqual(['world-ingress']);
    expect(suppressed).toHaveLength(1);
  });

  test('counts on Namespaces, too', () => {
    const namespace = `---
apiVersion: v1
kind: Namespace
metadata:
  name: a
  annotations: {"portcullis.dev/suppress": "no-default-deny: a sandbox"}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a}
`;
    expect(told(namespace)).toEqual([]);
    expect(told(namespace.replace(/ {2}annotations.*\n/, ''))).toHaveLength(2);
  });

  test('counts on workloads, too', () => {
    const yaml = (annotations: string) =>
      `${np('a', 'p', 'podSelector: {}')}---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: agent
  namespace: a
${annotations}spec:
  template:
    metadata: {labels: {app: agent}}
    spec: {hostNetwork: true, containers: [{name: main}]}
`;
    const options = { rules: [hostNetwork] };
    const accepted = '  annotations: {"portcullis.dev/suppress": "host-network: it watches the node"}\n';
    expect(check(analysisOf({ yaml: yaml('') }), options).findings).toHaveLength(1);
    const { findings, suppressed } = check(analysisOf({ yaml: yaml(accepted) }), options);
    expect(findings).toEqual([]);
    expect(suppressed.map(({ finding, reason }) => [finding.object, reason])).toEqual([
      ['Deployment a/agent', 'it watches the node'],
    ]);
  });

  test('about a rule that is not run is neither wrong nor unused', () => {
    expect(told(annotated('world-ingress: public gateway; void-rule: a guard'))).toEqual([]);
  });

  test.each([
    ['world-ingres: typo', "'world-ingres' is no rule"],
    ['world-ingress', 'gives no reason'],
    ['world-ingress:   ', 'gives no reason'],
  ])('accepts nothing if it says %j', (text, message) => {
    expect(told(annotated(text))).toEqual([
      expect.stringContaining(`error bad-suppression`),
      expect.stringContaining('warning world-ingress'),
    ]);
    expect(told(annotated(text))[0]).toContain(message);
  });

  test('is named by its line', () => {
    expect(run(annotated('nonsense')).findings[0]?.where).toEqual({ file: '-', line: 6 });
  });
});

describe('an option', () => {
  test('accepts a finding of one object, or of every object', () => {
    const reason = 'public gateway';
    for (const object of ['CiliumNetworkPolicy a/gateway', undefined]) {
      const suppression = { rule: 'world-ingress', reason, ...(object === undefined ? {} : { object }) };
      expect(told(OPEN, [suppression])).toEqual([]);
    }
  });

  test('that accepts nothing is said', () => {
    const suppression = { rule: 'world-ingress', object: 'CiliumNetworkPolicy b/gateway', reason: 'gone' };
    expect(told(OPEN, [suppression])).toContain(
      'warning unused-suppression: there is no finding world-ingress of CiliumNetworkPolicy b/gateway to suppress',
    );
  });
});
