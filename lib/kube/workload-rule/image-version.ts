import { DIGEST_PATTERN, imageReference, TAGGED_PATTERN } from '../image';
import { containersOf, containerText } from '../pod';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const withImage = (image: string) => ({ ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, image }] });

/**
 * Finds images that may be another one tomorrow: without tag and digest, or `latest`.
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export const imageVersion: WorkloadRule = {
  id: 'image-version',
  title: 'An image without a version',
  *find({ spec }) {
    for (const placed of containersOf(spec)) {
      const { image } = placed.container;
      const path = [...placed.path, 'image'];
      if (typeof image !== 'string' || image === '') {
        yield { path: placed.path, message: `${containerText(placed)} has no image`, fix: 'name its image' };
        continue;
      }
      const { tag, digest } = imageReference(image);
      const fix = 'name a version, or better the digest (@sha256:…)';
      const of = `image '${image}' of ${containerText(placed)}`;
      if (digest !== undefined) continue;
      if (tag === undefined) yield { path, message: `${of} has no tag and no digest`, fix };
      else if (tag === 'latest') {
        yield { path, message: `${of} is whatever was pushed last`, fix, tolerable: true };
      }
    }
  },
  validations: () => [
    {
      expression: `variables.containers.all(c, has(c.image) && (c.image.matches('${DIGEST_PATTERN}') || (c.image.matches('${TAGGED_PATTERN}') && !c.image.endsWith(':latest'))))`,
      message: 'every image needs a digest, or a tag other than latest',
    },
  ],
  examples: {
    good: {
      tag: EXAMPLE_POD,
      digest: withImage(`registry.example.com/agent@${DIGEST}`),
      'tag-and-digest': withImage(`registry.example.com/agent:latest@${DIGEST}`),
    },
    bad: {
      'no-tag': withImage('registry.example.com/agent'),
      'port-is-no-tag': withImage('registry.example.com:5000/agent'),
      latest: withImage('registry.example.com/agent:latest'),
      'short-digest': withImage('registry.example.com/agent@sha256:abc'),
      'no-image': { ...EXAMPLE_POD, containers: [{ name: 'main', resources: EXAMPLE_CONTAINER.resources }] },
    },
  },
};
