import { at, field, list } from '../field';
import { containersOf, containerText } from '../pod';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

const NAMESPACES = { hostNetwork: 'network', hostPID: 'processes', hostIPC: 'shared memory' } as const;

/**
 * Finds pods that share a namespace or a port of their node, and containers that are root on it.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
export const hostAccess: WorkloadRule = {
  id: 'host-access',
  title: 'A pod that shares its node, or is privileged on it',
  *find({ spec }) {
    for (const [name, what] of Object.entries(NAMESPACES)) {
      if (spec[name] !== true) continue;
      yield { path: [name], message: `the pod shares the node's ${what}`, fix: `set ${name} to false` };
    }
    for (const placed of containersOf(spec)) {
      if (at(placed.container, 'securityContext', 'privileged') === true) {
        yield {
          path: [...placed.path, 'securityContext', 'privileged'],
          message: `${containerText(placed)} is privileged, which is root on the node`,
          fix: 'set privileged to false',
        };
      }
      for (const [index, port] of list(placed.container.ports).entries()) {
        const hostPort = field(port, 'hostPort');
        if (hostPort === undefined || hostPort === 0) continue;
        yield {
          path: [...placed.path, 'ports', index, 'hostPort'],
          message: `${containerText(placed)} takes port ${hostPort} of the node`,
          fix: 'remove hostPort; a Service reaches the port of the container',
        };
      }
    }
  },
  validations: () => [
    {
      expression: Object.keys(NAMESPACES)
        .map((name) => `(!has(variables.pod.${name}) || variables.pod.${name} == false)`)
        .join(' && '),
      message: "a pod may not share the node's network, processes or shared memory",
    },
    {
      expression:
        'variables.containers.all(c, !has(c.securityContext) || !has(c.securityContext.privileged) || c.securityContext.privileged == false)',
      message: 'no container may be privileged',
    },
    {
      expression: 'variables.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))',
      message: 'no container may take a port of the node',
    },
  ],
  examples: {
    good: {
      'own-namespaces': { ...EXAMPLE_POD, hostNetwork: false, hostPID: false },
      'container-port': { ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, ports: [{ containerPort: 8080 }] }] },
    },
    bad: {
      'host-network': { ...EXAMPLE_POD, hostNetwork: true },
      'host-processes': { ...EXAMPLE_POD, hostPID: true },
      'host-ipc': { ...EXAMPLE_POD, hostIPC: true },
      privileged: { ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, securityContext: { privileged: true } }] },
      'host-port': {
        ...EXAMPLE_POD,
        containers: [{ ...EXAMPLE_CONTAINER, ports: [{ containerPort: 80, hostPort: 80 }] }],
      },
      'privileged-debugger': {
        ...EXAMPLE_POD,
        ephemeralContainers: [{ name: 'debug', image: EXAMPLE_CONTAINER.image, securityContext: { privileged: true } }],
      },
    },
  },
};
