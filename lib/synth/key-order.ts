const FRONT: readonly string[] = ['apiVersion', 'kind', 'metadata'];
const METADATA_FRONT: readonly string[] = ['name', 'namespace', 'labels', 'annotations'];

type Data = Readonly<Record<string, unknown>>;

/**
 * Puts what identifies an object in front, as people write manifests; cdk8s sorts keys by the alphabet, which hides
 * the name behind the annotations.
 */
export function inReadingOrder(object: Data): Data {
  const ordered = pick(object, FRONT);
  const { metadata } = ordered;
  return typeof metadata === 'object' && metadata !== null
    ? { ...ordered, metadata: pick(metadata as Data, METADATA_FRONT) }
    : ordered;
}

function pick(data: Data, front: readonly string[]): Data {
  const head = front.filter((key) => data[key] !== undefined).map((key) => [key, data[key]]);
  return { ...Object.fromEntries(head), ...data };
}
