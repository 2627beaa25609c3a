import { field, list, text, textMap } from '../../kube/field';
import type { KubeObject } from '../../kube/object';
import type { Service, Source } from './manifests';

/** A Service, with the addresses that Endpoints and EndpointSlices give it. */
export function serviceOf(
  object: KubeObject,
  source: Source,
  addresses: ReadonlyMap<string, readonly string[]>,
): Service {
  const { metadata } = object;
  const namespace = metadata.namespace ?? 'default';
  const selector = textMap(field(object.spec, 'selector'));
  return {
    namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    ...(Object.keys(selector).length === 0 ? {} : { selector }),
    addresses: addresses.get(`${namespace}/${metadata.name}`) ?? [],
    source,
  };
}

/** Addresses of Services by `namespace/name`. */
export function serviceAddresses(objects: readonly KubeObject[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const note = (object: KubeObject, service: string | undefined, addresses: readonly (string | undefined)[]) => {
    const key = `${object.metadata.namespace ?? 'default'}/${service}`;
    const known = found.get(key) ?? [];
    found.set(key, [...known, ...addresses.filter((address) => address !== undefined)]);
  };
  for (const object of objects) {
    if (object.kind === 'Endpoints') {
      const addresses = list(object.subsets).flatMap((subset) => list(field(subset, 'addresses')));
      note(
        object,
        object.metadata.name,
        addresses.map((address) => text(field(address, 'ip'))),
      );
    } else if (object.kind === 'EndpointSlice') {
      const addresses = list(object.endpoints).flatMap((endpoint) => list(field(endpoint, 'addresses')));
      note(object, object.metadata.labels?.['kubernetes.io/service-name'], addresses.map(text));
    }
  }
  return found;
}
