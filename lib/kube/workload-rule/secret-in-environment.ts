import { at, field, list } from '../field';
import { containersOf, containerText } from '../pod';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

const FIX = 'mount the Secret as a file, and let the program read that';

/**
 * Finds Secrets that end up in environment variables, where every child process, crash dump and reader of
 * `/proc/<pid>/environ` finds them.
 * @see https://kubernetes.io/docs/concepts/security/secrets-good-practices/
 */
export const secretInEnvironment: WorkloadRule = {
  id: 'secret-in-environment',
  title: 'A Secret in an environment variable',
  *find({ spec }) {
    for (const placed of containersOf(spec)) {
      for (const [index, variable] of list(placed.container.env).entries()) {
        const reference = at(variable, 'valueFrom', 'secretKeyRef');
        if (reference === undefined) continue;
        yield {
          path: [...placed.path, 'env', index],
          message: `${containerText(placed)} has the Secret '${field(reference, 'name')}' in the environment variable ${field(variable, 'name')}`,
          fix: FIX,
        };
      }
      for (const [index, source] of list(placed.container.envFrom).entries()) {
        const reference = field(source, 'secretRef');
        if (reference === undefined) continue;
        yield {
          path: [...placed.path, 'envFrom', index],
          message: `${containerText(placed)} has all of the Secret '${field(reference, 'name')}' in environment variables`,
          fix: FIX,
        };
      }
    }
  },
  validations: () => [
    {
      expression:
        'variables.containers.all(c, !has(c.env) || c.env.all(e, !has(e.valueFrom) || !has(e.valueFrom.secretKeyRef)))',
      message: 'no environment variable may hold a Secret; mount it as a file',
    },
    {
      expression: 'variables.containers.all(c, !has(c.envFrom) || c.envFrom.all(e, !has(e.secretRef)))',
      message: 'no environment may be filled from a Secret; mount it as a file',
    },
  ],
  examples: {
    good: {
      'plain-value': { ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, env: [{ name: 'MODE', value: 'a' }] }] },
      'config-map': {
        ...EXAMPLE_POD,
        containers: [{ ...EXAMPLE_CONTAINER, envFrom: [{ configMapRef: { name: 'settings' } }] }],
      },
    },
    bad: {
      'one-key': {
        ...EXAMPLE_POD,
        containers: [
          {
            ...EXAMPLE_CONTAINER,
            env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'vault', key: 'token' } } }],
          },
        ],
      },
      'whole-secret': {
        ...EXAMPLE_POD,
        initContainers: [{ ...EXAMPLE_CONTAINER, name: 'first', envFrom: [{ secretRef: { name: 'vault' } }] }],
      },
    },
  },
};
