import { InvalidValueError } from '../../finding';
import { field, list } from '../../kube/field';
import type { Container, PodSpec } from '../../kube/pod';

/** Environment variables that a pod reads from a ConfigMap. */
export interface PodVariables {
  readonly configMap: string;
  /** The key of each variable. */
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * A pod whose containers read variables from a ConfigMap when they start. Without the ConfigMap they do not start, since
 * they would fall back to values that nobody chose.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/
 * @throws InvalidValueError if a container sets one of the variables itself
 */
export function withVariables(spec: PodSpec, variables: PodVariables): PodSpec {
  const reading = (containers: readonly Container[]) => containers.map((container) => withEnv(container, variables));
  return {
    ...spec,
    ...(spec.initContainers === undefined ? {} : { initContainers: reading(spec.initContainers) }),
    ...(spec.containers === undefined ? {} : { containers: reading(spec.containers) }),
  };
}

function withEnv(container: Container, { configMap, keys }: PodVariables): Container {
  const own = list(container.env);
  const added: unknown[] = [];
  for (const [name, key] of Object.entries(keys)) {
    const wanted = { name, valueFrom: { configMapKeyRef: { name: configMap, key } } };
    const same = own.filter((variable) => field(variable, 'name') === name);
    if (same.length === 0) added.push(wanted);
    else if (same.some((variable) => JSON.stringify(variable) !== JSON.stringify(wanted))) {
      const message = `container '${container.name ?? ''}' sets ${name} itself, past what was reviewed`;
      throw new InvalidValueError({ message, fix: 'remove the variable from the container' });
    }
  }
  return added.length === 0 ? container : { ...container, env: [...own, ...added] };
}
