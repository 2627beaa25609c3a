import type { ApiObject } from 'cdk8s';
import type { Finding } from '../../finding';
import { apiGroup } from '../../kube/object';
import { objectKey } from '../object-check';

/** Kinds that live in a namespace, by group: those of Kubernetes that programs write, and those that we do. */
const NAMESPACED: ReadonlySet<string> = new Set([
  ...['ConfigMap', 'LimitRange', 'PersistentVolumeClaim', 'Pod', 'ReplicationController', 'ResourceQuota'].map(core),
  ...['Secret', 'Service', 'ServiceAccount', 'Endpoints'].map(core),
  ...['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'].map((kind) => `apps/${kind}`),
  ...['CronJob', 'Job'].map((kind) => `batch/${kind}`),
  ...['Ingress', 'NetworkPolicy'].map((kind) => `networking.k8s.io/${kind}`),
  ...['Role', 'RoleBinding'].map((kind) => `rbac.authorization.k8s.io/${kind}`),
  ...['PrometheusRule', 'PodMonitor', 'ServiceMonitor'].map((kind) => `monitoring.coreos.com/${kind}`),
  'policy/PodDisruptionBudget',
  'autoscaling/HorizontalPodAutoscaler',
  'coordination.k8s.io/Lease',
  'cilium.io/CiliumNetworkPolicy',
]);

function core(kind: string): string {
  return `/${kind}`;
}

/** Objects that would end up in whatever namespace the tool takes for theirs. */
export function missingNamespaces(objects: readonly ApiObject[]): readonly Finding[] {
  return objects.flatMap((object) => {
    const { apiVersion, kind, name, namespace } = objectKey(object);
    if (namespace !== undefined || !NAMESPACED.has(`${apiGroup(apiVersion)}/${kind}`)) return [];
    return [
      {
        rule: 'missing-namespace',
        severity: 'error' as const,
        where: { construct: object.node.path },
        message: `${kind} '${name}' names no namespace, so that it would come into the one of whoever applies it`,
        fix: 'give the object, or its chart, a namespace',
      },
    ];
  });
}
