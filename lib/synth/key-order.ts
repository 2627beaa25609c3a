const FRONT: readonly string[] = ['apiVersion', 'kind', 'metadata'];
const METADATA_FRONT: readonly string[] = ['name', 'namespace', 'labels', 'annotations'];

type Data = Readonly<Record<string, unknown>>;

/**
 * Puts what identifies an object in front, as people write manifests; cdk8s sorts keys by the alphabet, which hides
 * the name behind the annotations.
 */
export function inReadingOrder(object: Data): Data {
  const ordered = withKeysInFront(object, FRONT);
  const { metadata } = ordered;
  return typeof metadata === 'object' && metadata !== null
    ? { ...ordered, metadata: withKeysInFront(metadata as Data, METADATA_FRONT) }
    : ordered;
}

/** The same map with some of its keys in front, in the order given. */
export function withKeysInFront<T extends Data>(data: T, front: readonly string[]): T {
  const head = front.filter((key) => data[key] !== undefined).map((key) => [key, data[key]]);
  return { ...Object.fromEntries(head), ...data };
}
