/** An image as a container names it. */
export interface ImageReference {
  /** Undefined where the reference names none, and the container runtime takes its own default, mostly Docker Hub. */
  readonly registry: string | undefined;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/**
 * What a reference begins with that names a registry: the part before the first slash is one if it has a dot or a colon,
 * or is `localhost`; else it is a folder of the default registry. RE2, for CEL too.
 * @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go (splitDockerDomain)
 */
export const REGISTRY_PATTERN = '^(localhost|[^/]*[.:][^/]*)/';
/** What a reference ends with that fixes the very bytes. */
export const DIGEST_PATTERN = '@sha256:[0-9a-f]{64}$';
/** A reference with a tag and no digest. */
export const TAGGED_PATTERN = '^([^/]+/)*[^/:@]+:[^/:@]+$';

const REGISTRY = new RegExp(REGISTRY_PATTERN);
const DIGEST = new RegExp(DIGEST_PATTERN);
const TAGGED = new RegExp(TAGGED_PATTERN);

export function imageReference(image: string): ImageReference {
  const digest = DIGEST.exec(image)?.[0].slice(1);
  const tag = TAGGED.test(image) ? image.slice(image.lastIndexOf(':') + 1) : undefined;
  return { registry: REGISTRY.exec(image)?.[1], tag, digest };
}
