import { at } from '../field';
import { containersOf, containerText } from '../pod';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

/** What a container could use up to the harm of others on its node. */
const LIMITED = ['cpu', 'memory', 'ephemeral-storage'] as const;

/**
 * Finds containers without a limit. Ephemeral ones are left out, since the API server lets nobody limit them.
 * @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
 */
export const containerLimits: WorkloadRule = {
  id: 'container-limits',
  title: 'A container without limits for CPU, memory and ephemeral storage',
  *find({ spec }) {
    for (const placed of containersOf(spec, ['initContainers', 'containers'])) {
      const missing = LIMITED.filter((name) => at(placed.container, 'resources', 'limits', name) === undefined);
      if (missing.length === 0) continue;
      yield {
        path: [...placed.path, 'resources'],
        message: `${containerText(placed)} has no limit for ${missing.join(', ')}`,
        fix: 'say in resources.limits how much it may use',
      };
    }
  },
  validations: () => [
    {
      expression: `variables.owned.all(c, has(c.resources) && has(c.resources.limits) && [${LIMITED.map((name) => `'${name}'`).join(', ')}].all(r, r in c.resources.limits))`,
      message: 'every container needs limits for cpu, memory and ephemeral-storage',
    },
  ],
  examples: {
    good: { limits: EXAMPLE_POD },
    bad: {
      'no-resources': { ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, resources: {} }] },
      'no-storage': {
        ...EXAMPLE_POD,
        containers: [{ ...EXAMPLE_CONTAINER, resources: { limits: { cpu: '1', memory: '64Mi' } } }],
      },
      'init-container': {
        ...EXAMPLE_POD,
        initContainers: [{ ...EXAMPLE_CONTAINER, name: 'first', resources: { requests: { cpu: '1' } } }],
      },
    },
  },
};
