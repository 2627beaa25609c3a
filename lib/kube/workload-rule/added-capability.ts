import { at, list } from '../field';
import { containersOf, containerText } from '../pod';
import { hasAll } from './cel';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

const adding = (...add: readonly string[]) => ({
  ...EXAMPLE_CONTAINER,
  securityContext: { ...EXAMPLE_CONTAINER.securityContext, capabilities: { drop: ['ALL'], add } },
});

/**
 * Finds containers that want capabilities back. Pod Security `restricted` would still allow NET_BIND_SERVICE, which no
 * port above 1023 needs.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container
 */
export const addedCapability: WorkloadRule = {
  id: 'added-capability',
  title: 'A container with added capabilities',
  *find({ spec }) {
    for (const placed of containersOf(spec)) {
      const added = list(at(placed.container, 'securityContext', 'capabilities', 'add'));
      if (added.length === 0) continue;
      yield {
        path: [...placed.path, 'securityContext', 'capabilities', 'add'],
        message: `${containerText(placed)} adds the capability ${added.join(', ')}`,
        fix: 'do without it (ports above 1023 need none); if nothing else will do, exempt the workload with a reason',
      };
    }
  },
  validations: () => [
    {
      expression: `variables.containers.all(c, !(${hasAll('c', 'securityContext', 'capabilities', 'add')}) || c.securityContext.capabilities.add.size() == 0)`,
      message: 'no container may add capabilities',
    },
  ],
  examples: {
    good: { none: EXAMPLE_POD, 'empty-list': { ...EXAMPLE_POD, containers: [adding()] } },
    bad: {
      'net-admin': { ...EXAMPLE_POD, containers: [adding('NET_ADMIN')] },
      'low-ports': { ...EXAMPLE_POD, containers: [adding('NET_BIND_SERVICE')] },
      'init-container': { ...EXAMPLE_POD, initContainers: [adding('SYS_ADMIN')] },
    },
  },
};
