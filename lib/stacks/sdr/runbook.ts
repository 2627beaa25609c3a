import { POLICIES } from './layout';
import type { Sdr } from './sdr';

function* block(...lines: readonly string[]): Generator<string> {
  yield `\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`;
}

/**
 * RUNBOOK.md: audit, enforce, roll back, with commands that exist.
 * @see https://docs.cilium.io/en/stable/security/policy-creation/ (policy audit mode)
 * @see https://docs.cilium.io/en/stable/security/policy/intro/ (enableDefaultDeny)
 */
export function* runbook(sdr: Sdr): Generator<string> {
  const { namespace } = sdr.settings;
  yield '# Audit, enforce, roll back\n\nRun the commands from the folder of this file.\n';
  yield* audit(namespace);
  yield* observe(namespace);
  yield* enforce(namespace);
  yield* rollBack(namespace);
}

function* audit(namespace: string): Generator<string> {
  yield '\n## 1. Audit the whole cluster\n\n';
  yield 'Audit mode is a boolean of the agent. While it is on, **no policy of the cluster is enforced**, on no node and in no namespace; HTTP and DNS rules still drop, because the proxy is not part of it.\n';
  yield* block(
    `kubectl patch -n kube-system configmap cilium-config --type merge --patch '{"data":{"policy-audit-mode":"true"}}'`,
    'kubectl -n kube-system rollout restart ds/cilium',
    'kubectl -n kube-system rollout status ds/cilium',
    'kubectl apply -k .',
  );
  yield '\nWatch what would have been dropped. Legitimate traffic must not appear:\n';
  yield* block(`hubble observe --namespace ${namespace} --verdict AUDIT --follow`);
  yield '\nThe annotation `policy.cilium.io/audit-mode` does nothing: no controller reads it, and the policy enforces at once.\n';
}

function* observe(namespace: string): Generator<string> {
  yield '\n## 2. Or observe one component at a time\n\n';
  yield 'Set its stage in the environment file and render again. Its policies then match and allow but deny nothing (`enableDefaultDeny: false`), their HTTP and DNS lists are opened, and the default deny of the namespace leaves its pods out:\n';
  yield '\n```yaml\nclawdstrike:\n  stages:\n    spine-witness: observe\n```\n';
  yield* block(
    'kubectl apply -k .',
    `kubectl -n ${namespace} get ciliumnetworkpolicy spine-witness -o jsonpath='{.spec.enableDefaultDeny}'`,
  );
  yield '\nExpected: `{"egress":false,"ingress":false}`. The default deny itself has a stage too, under the key `namespace`.\n';
}

function* enforce(namespace: string): Generator<string> {
  yield '\n## 3. Enforce\n\nTurn audit mode off, and remove the stages from the environment file:\n';
  yield* block(
    `kubectl patch -n kube-system configmap cilium-config --type merge --patch '{"data":{"policy-audit-mode":"false"}}'`,
    'kubectl -n kube-system rollout restart ds/cilium',
    'kubectl apply -k .',
    `hubble observe --namespace ${namespace} --verdict DROPPED --follow`,
  );
  yield '\nThen check what must be refused:\n';
  yield* block(
    `kubectl -n ${namespace} run unlabelled --rm -it --restart=Never --image=busybox -- nc -zvw3 nats 4222`,
    `kubectl -n default run outsider --rm -it --restart=Never --image=busybox -- nc -zvw3 hushd.${namespace} 8080`,
  );
  yield '\nBoth have to fail: the first cannot even resolve the name, the second runs into the time limit.\n';
}

function* rollBack(namespace: string): Generator<string> {
  yield '\n## 4. Roll back\n\n';
  yield '- **Everything, at once, keeping visibility:** turn audit mode on as in 1. It takes the restart of the agents.\n';
  yield '- **One component:** put it into the observe stage as in 2. Do **not** delete its policy: the default deny of the namespace stays, and the component would be cut off completely.\n';
  yield '- **All policies:** without policies Cilium allows everything again, so this removes all protection:\n';
  yield* block(`kubectl delete -k ${POLICIES}`, `kubectl -n ${namespace} get ciliumnetworkpolicies`);
  yield '\nExpected: `No resources found`.\n';
}
