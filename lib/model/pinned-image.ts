import { type Problem, quoted } from '../finding';

const DIGEST = /@sha256:[0-9a-f]{64}$/;
const NAME = /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$/;
const REGISTRY = /^([a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?|[a-z0-9-]+:[0-9]{1,5}|localhost)\//;

/**
 * What keeps a text from naming one image for good: `registry.example.com/team/opa:1.20.2@sha256:<64 hex digits>`. A tag
 * can be moved, and a name without a registry goes to whichever one the node prefers.
 * @see https://github.com/distribution/reference/blob/main/reference.go (Grammar)
 */
export function pinnedImageProblem(image: string): Problem | undefined {
  const [registry = ''] = REGISTRY.exec(image) ?? [];
  if (registry === '') {
    return {
      message: `image ${quoted(image)} names no registry`,
      fix: 'put the registry in front: registry/path@sha256:…',
    };
  }
  if (!DIGEST.test(image)) {
    return {
      message: `image ${quoted(image)} has no digest, so what runs can change under its name`,
      fix: 'add @sha256: and the 64 hexadecimal digits of the image',
    };
  }
  if (NAME.test(`r/${image.slice(registry.length).replace(DIGEST, '')}`)) return undefined;
  return { message: `${quoted(image)} is not the name of an image`, fix: 'write registry/path:tag@sha256:…' };
}
