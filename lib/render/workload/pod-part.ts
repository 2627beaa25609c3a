import { InvalidValueError } from '../../finding';
import { field, list } from '../../kube/field';
import type { Container, PodSpec, Volume, VolumeMount } from '../../kube/pod';

/**
 * A pod with a volume, mounted into every container that starts with it and has nothing else there.
 * @throws InvalidValueError if the pod has another volume of that name
 */
export function withMountedVolume(spec: PodSpec, volume: Volume, mount: VolumeMount): PodSpec {
  const volumes = list(spec.volumes) as readonly Volume[];
  const same = volumes.find(({ name }) => name === volume.name);
  if (same !== undefined && JSON.stringify(same) === JSON.stringify(volume)) return spec;
  if (same !== undefined) {
    const message = `the pod has a volume '${volume.name}' already, which is another one`;
    throw new InvalidValueError({ message, fix: 'give that volume another name' });
  }
  const mounting = (containers: readonly Container[]) =>
    containers.map((container) => {
      const mounts = list(container.volumeMounts) as readonly VolumeMount[];
      const isTaken = mounts.some((other) => field(other, 'mountPath') === mount.mountPath);
      return isTaken ? container : { ...container, volumeMounts: [...mounts, mount] };
    });
  return {
    ...spec,
    ...(spec.initContainers === undefined ? {} : { initContainers: mounting(spec.initContainers) }),
    ...(spec.containers === undefined ? {} : { containers: mounting(spec.containers) }),
    volumes: [...volumes, volume],
  };
}
