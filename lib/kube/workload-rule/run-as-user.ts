import { at } from '../field';
import { containersOf, containerText } from '../pod';
import { effective } from './cel';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type RulePod, type WorkloadRule } from './rule';

/** Below this are users that a node has too; whoever gets out of a container is then one of them. */
export const LOWEST_ID = 10_000;

const IDS = { runAsUser: 'user', runAsGroup: 'group' } as const;

const withSecurity = (securityContext: object) => ({
  ...EXAMPLE_POD,
  securityContext: { ...EXAMPLE_POD.securityContext, ...securityContext },
});

/**
 * Finds containers that run as root, or as a user or group that nodes have too.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const runAsUser: WorkloadRule = {
  id: 'run-as-user',
  title: 'A container that runs as root, or as a user that its node may have',
  *find(pod: RulePod) {
    for (const placed of containersOf(pod.spec)) {
      const say = (field: string) =>
        at(placed.container, 'securityContext', field) ?? at(pod.spec, 'securityContext', field);
      const place = (field: string) =>
        at(placed.container, 'securityContext', field) === undefined
          ? ['securityContext', field]
          : [...placed.path, 'securityContext', field];
      if (say('runAsNonRoot') !== true) {
        yield {
          path: place('runAsNonRoot'),
          message: `${containerText(placed)} may run as root`,
          fix: 'set runAsNonRoot to true',
        };
      }
      for (const [field, what] of Object.entries(IDS)) {
        const id = say(field) ?? 0;
        if (typeof id === 'number' && id >= LOWEST_ID) continue;
        yield {
          path: place(field),
          message: `${containerText(placed)} runs as ${what} ${id}${id === 0 ? ', which is root' : ', which its node may have too'}`,
          fix: `set ${field} to ${LOWEST_ID} or more`,
        };
      }
    }
    const fsGroup = at(pod.spec, 'securityContext', 'fsGroup');
    if (typeof fsGroup === 'number' && fsGroup < LOWEST_ID) {
      yield {
        path: ['securityContext', 'fsGroup'],
        message: `volumes belong to group ${fsGroup}, which the node may have too`,
        fix: `set fsGroup to ${LOWEST_ID} or more`,
      };
    }
  },
  validations: () => [
    {
      expression: `variables.containers.all(c, ${effective('runAsNonRoot', 'false')} == true)`,
      message: 'every container needs runAsNonRoot: true, of its own or of the pod',
    },
    ...Object.keys(IDS).map((field) => ({
      expression: `variables.containers.all(c, ${effective(field, '0')} >= ${LOWEST_ID})`,
      message: `every container needs a ${field} of ${LOWEST_ID} or more, of its own or of the pod`,
    })),
    {
      expression: `!has(variables.podSecurity.fsGroup) || variables.podSecurity.fsGroup >= ${LOWEST_ID}`,
      message: `fsGroup has to be ${LOWEST_ID} or more`,
    },
  ],
  examples: {
    good: {
      'of-the-pod': EXAMPLE_POD,
      'of-the-container': {
        ...EXAMPLE_POD,
        securityContext: {},
        containers: [
          { ...EXAMPLE_CONTAINER, securityContext: { runAsNonRoot: true, runAsUser: 10_000, runAsGroup: 10_000 } },
        ],
      },
    },
    bad: {
      'nobody-said': { ...EXAMPLE_POD, securityContext: {} },
      root: withSecurity({ runAsUser: 0 }),
      'low-user': withSecurity({ runAsUser: 1000 }),
      'low-group': withSecurity({ runAsGroup: 0 }),
      'low-volume-group': withSecurity({ fsGroup: 0 }),
      'one-container': {
        ...EXAMPLE_POD,
        initContainers: [{ ...EXAMPLE_CONTAINER, name: 'first', securityContext: { runAsUser: 0 } }],
      },
    },
  },
};
