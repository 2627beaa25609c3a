import { imageReference, REGISTRY_PATTERN } from '../image';
import { containersOf, containerText } from '../pod';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

const withImage = (image: string) => ({ ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, image }] });

/**
 * Finds images that come from elsewhere than the approved registries, or from wherever the container runtime looks first.
 * Registries end in a slash, so that `ghcr.io/ours/` does not approve `ghcr.io/ours-not/`.
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export const imageRegistry: WorkloadRule = {
  id: 'image-registry',
  title: 'An image from a registry that is not approved, or from none in particular',
  *find({ spec }, { registries }) {
    for (const placed of containersOf(spec)) {
      const { image } = placed.container;
      if (typeof image !== 'string') continue;
      const path = [...placed.path, 'image'];
      if (imageReference(image).registry === undefined) {
        yield {
          path,
          message: `image '${image}' of ${containerText(placed)} names no registry, so whoever sets up the node decides`,
          fix: 'write the registry in front, such as registry.example.com/…',
        };
      } else if (registries !== undefined && !registries.some((prefix) => image.startsWith(prefix))) {
        yield {
          path,
          message: `image '${image}' of ${containerText(placed)} is not from an approved registry`,
          fix: `use an image from ${registries.join(', ')}, or approve its registry`,
        };
      }
    }
  },
  validations: ({ registries }) => [
    {
      expression: `variables.containers.all(c, !has(c.image) || c.image.matches('${REGISTRY_PATTERN}'))`,
      message: 'every image has to name its registry',
    },
    ...(registries === undefined
      ? []
      : [
          {
            // Registries are plain host names and paths, see registryProblem.
            expression: `variables.containers.all(c, !has(c.image) || [${registries.map((prefix) => `'${prefix}'`).join(', ')}].exists(r, c.image.startsWith(r)))`,
            message: `images may only come from ${registries.join(', ')}`,
          },
        ]),
  ],
  examples: {
    good: {
      tagged: EXAMPLE_POD,
      port: withImage('registry.example.com:5000/agent:1.2.3'),
    },
    bad: {
      'no-registry': withImage('agent:1.2.3'),
      'default-registry': withImage('library/agent:1.2.3'),
      'init-container': { ...EXAMPLE_POD, initContainers: [{ ...EXAMPLE_CONTAINER, image: 'busybox:1.37' }] },
      'ephemeral-container': { ...EXAMPLE_POD, ephemeralContainers: [{ name: 'debug', image: 'busybox:1.37' }] },
    },
  },
};
