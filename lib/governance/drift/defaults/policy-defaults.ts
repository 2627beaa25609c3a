import { list } from '../../../kube/field';
import { type Data, dataAt, dataList, existing, fill } from './data';

/**
 * `podSelector` is always written. `from: []` and a missing `from` both mean everyone, and the server stores the latter;
 * empty lists are gone by now.
 * @see SetDefaults_NetworkPolicy in pkg/apis/networking/v1/defaults.go of Kubernetes 1.35
 */
export function networkPolicyDefaults(object: Data): void {
  const spec = dataAt(object, 'spec');
  const types = list(spec.egress).length === 0 ? ['Ingress'] : ['Ingress', 'Egress'];
  fill(spec, { podSelector: {}, policyTypes: types });
  // A set, whatever its order.
  spec.policyTypes = [...list(spec.policyTypes)].sort();
  for (const rule of [...dataList(spec, 'ingress'), ...dataList(spec, 'egress')]) {
    for (const port of dataList(rule, 'ports')) fill(port, { protocol: 'TCP' });
  }
}

/**
 * The schema of Cilium's policies has one default. An empty list of peers selects nothing where a missing one selects
 * everyone, so nothing is taken away.
 * @see pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml of Cilium 1.19
 */
export function ciliumPolicyDefaults(object: Data): void {
  for (const rule of [...(existing(object, 'spec') ? [object.spec] : []), ...dataList(object, 'specs')]) {
    for (const direction of ['ingress', 'ingressDeny', 'egress', 'egressDeny']) {
      for (const part of dataList(rule, direction)) {
        for (const icmp of dataList(part, 'icmps')) {
          for (const one of dataList(icmp, 'fields')) fill(one, { family: 'IPv4' });
        }
      }
    }
  }
}

/** @see SetDefaults_ValidatingAdmissionPolicySpec in pkg/apis/admissionregistration/v1/defaults.go of Kubernetes 1.35 */
export function admissionPolicyDefaults(object: Data): void {
  const spec = dataAt(object, 'spec');
  fill(spec, { failurePolicy: 'Fail' });
  matchResources(existing(spec, 'matchConstraints'));
}

/** @see SetDefaults_MatchResources in pkg/apis/admissionregistration/v1/defaults.go of Kubernetes 1.35 */
export function admissionBindingDefaults(object: Data): void {
  matchResources(existing(object.spec, 'matchResources'));
}

/** @see SetDefaults_ValidatingWebhook in pkg/apis/admissionregistration/v1/defaults.go of Kubernetes 1.35 */
export function webhookDefaults(object: Data): void {
  for (const webhook of dataList(object, 'webhooks')) {
    matchResources(webhook);
    fill(webhook, {
      failurePolicy: 'Fail',
      timeoutSeconds: 10,
      ...(object.kind === 'MutatingWebhookConfiguration' ? { reinvocationPolicy: 'Never' } : {}),
    });
    for (const rule of dataList(webhook, 'rules')) fill(rule, { scope: '*' });
    const service = existing(existing(webhook, 'clientConfig'), 'service');
    if (service !== undefined) fill(service, { port: 443 });
  }
}

function matchResources(match: Data | undefined): void {
  if (match === undefined) return;
  fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
  for (const rules of ['resourceRules', 'excludeResourceRules']) {
    for (const rule of dataList(match, rules)) fill(rule, { scope: '*' });
  }
}

/**
 * @see the defaults in config/crds/policies.kyverno.io of Kyverno 1.19. What its controllers derive is in the status.
 */
export function kyvernoPolicyDefaults(object: Data): void {
  const spec = dataAt(object, 'spec');
  const evaluation = existing(spec, 'evaluation');
  for (const part of ['admission', 'background']) {
    const one = existing(evaluation, part);
    if (one !== undefined) fill(one, { enabled: true });
  }
  if (object.kind !== 'ImageValidatingPolicy' && object.kind !== 'NamespacedImageValidatingPolicy') return;
  fill(dataAt(spec, 'validationConfigurations'), { mutateDigest: true, required: true, verifyDigest: true });
}

/** @see SetDefaults_RoleBinding and SetDefaults_Subject in pkg/apis/rbac/v1/defaults.go of Kubernetes 1.35 */
export function bindingDefaults(object: Data): void {
  const group = 'rbac.authorization.k8s.io';
  fill(dataAt(object, 'roleRef'), { apiGroup: group });
  for (const subject of dataList(object, 'subjects')) {
    if (subject.apiGroup === '') delete subject.apiGroup;
    if (subject.kind === 'User' || subject.kind === 'Group') fill(subject, { apiGroup: group });
  }
}
