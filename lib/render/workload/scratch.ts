import { field, list } from '../../kube/field';
import type { Container, PodSpec } from '../../kube/pod';
import { SCRATCH_PATH } from '../../kube/workload-rule/scratch-volume';

const VOLUME = 'tmp';
/** It counts as memory of the containers that write to it. */
const SIZE = '64Mi';

/**
 * Gives every container a /tmp in memory that has none, since its root file system is read-only. The containers of a pod
 * share it.
 */
export function withScratch(spec: PodSpec): PodSpec {
  const isWithout = (container: Container) =>
    !list(container.volumeMounts).some((mount) => field(mount, 'mountPath') === SCRATCH_PATH);
  const without = [...list(spec.initContainers), ...list(spec.containers)].some(
    (container) => isMap(container) && isWithout(container),
  );
  if (!without) return spec;
  const volume = freeName(spec);
  const mounting = (containers: readonly Container[]) =>
    containers.map((container) =>
      isMap(container) && isWithout(container)
        ? { ...container, volumeMounts: [...list(container.volumeMounts), { name: volume, mountPath: SCRATCH_PATH }] }
        : container,
    ) as readonly Container[];
  return {
    ...spec,
    ...(Array.isArray(spec.initContainers) ? { initContainers: mounting(spec.initContainers) } : {}),
    ...(Array.isArray(spec.containers) ? { containers: mounting(spec.containers) } : {}),
    volumes: [
      ...(list(spec.volumes) as NonNullable<PodSpec['volumes']>),
      { name: volume, emptyDir: { medium: 'Memory', sizeLimit: SIZE } },
    ],
  };
}

function isMap(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** `tmp`, or `tmp-2` where somebody has a volume of that name for something else. */
function freeName({ volumes }: PodSpec): string {
  const taken = new Set(list(volumes).map((volume) => field(volume, 'name')));
  let name = VOLUME;
  for (let number = 2; taken.has(name); number++) name = `${VOLUME}-${number}`;
  return name;
}
