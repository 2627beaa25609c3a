import { expect, test } from 'vitest';
import { stepOf } from '../../../../lib/synth/delivery/step';

test.each([
  ['v1', 'Namespace', 'namespaces.yaml', 'namespaces'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'crds.yaml', 'namespaces'],
  ['v1', 'ResourceQuota', 'a.yaml', 'namespaces'],
  ['spire.spiffe.io/v1alpha1', 'ClusterSPIFFEID', 'a.yaml', 'identities'],
  ['v1', 'ServiceAccount', 'a.yaml', 'identities'],
  ['batch/v1', 'Job', 'identities/registration.yaml', 'identities'],
  ['v1', 'ConfigMap', 'workspaces/a/identity.yaml', 'identities'],
  ['cilium.io/v2', 'CiliumNetworkPolicy', 'a.yaml', 'policies'],
  ['policies.kyverno.io/v1', 'ValidatingPolicy', 'a.yaml', 'policies'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', 'a.yaml', 'policies'],
  ['apps/v1', 'Deployment', 'a.yaml', 'workloads'],
  ['v1', 'ConfigMap', 'a.yaml', 'workloads'],
  ['batch/v1', 'Job', 'a.yaml', 'workloads'],
  ['example.com/v1', 'Unknown', 'a.yaml', 'workloads'],
  ['monitoring.coreos.com/v1', 'PrometheusRule', 'a.yaml', 'alerts'],
  ['v1', 'ConfigMap', 'dashboards/portarium.yaml', 'alerts'],
])('%s %s in %s comes with the %s', (apiVersion, kind, file, step) => {
  expect(stepOf({ apiVersion, kind, metadata: { name: 'a' }, spec: {} }, file)).toBe(step);
});
