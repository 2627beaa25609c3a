import { at, list, textMap } from '../field';
import { containersOf, containerText } from '../pod';
import { effective, hasAll } from './cel';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

/** How AppArmor profiles were chosen before Kubernetes 1.30; the name of the container follows. */
export const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

const withSecurity = (securityContext: object) => ({
  ...EXAMPLE_POD,
  containers: [{ ...EXAMPLE_CONTAINER, securityContext: { ...EXAMPLE_CONTAINER.securityContext, ...securityContext } }],
});

/**
 * Finds containers that keep powers which nothing of ours needs. AppArmor counts if it is switched off: where nobody says
 * anything, container runtimes apply their own profile on nodes that have AppArmor.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 * @see https://kubernetes.io/docs/tutorials/security/apparmor/
 */
export const containerHardening: WorkloadRule = {
  id: 'container-hardening',
  title: 'A container that could gain privileges, change its image, or make any system call',
  *find({ spec, annotations }) {
    for (const placed of containersOf(spec)) {
      const own = (...field: readonly string[]) => at(placed.container, 'securityContext', ...field);
      const effectiveType = (profile: string) => own(profile, 'type') ?? at(spec, 'securityContext', profile, 'type');
      const path = [...placed.path, 'securityContext'];
      const wrong = (message: string, fix: string) => ({ path, message: `${containerText(placed)} ${message}`, fix });
      if (own('allowPrivilegeEscalation') !== false) {
        yield wrong('may gain more privileges than it starts with', 'set allowPrivilegeEscalation to false');
      }
      if (own('readOnlyRootFilesystem') !== true) {
        yield wrong('may write to its root file system', 'set readOnlyRootFilesystem to true');
      }
      if (!list(own('capabilities', 'drop')).includes('ALL')) {
        yield wrong('keeps capabilities', 'set capabilities.drop to [ALL]');
      }
      if (!['RuntimeDefault', 'Localhost'].includes(String(effectiveType('seccompProfile')))) {
        yield wrong('may make any system call', 'set seccompProfile.type to RuntimeDefault');
      }
      const byAnnotation = textMap(annotations)[`${APPARMOR_ANNOTATION}${placed.container.name}`];
      if (effectiveType('appArmorProfile') === 'Unconfined' || byAnnotation === 'unconfined') {
        yield wrong('switches AppArmor off', 'set appArmorProfile.type to RuntimeDefault');
      }
      const procMount = own('procMount');
      if (procMount !== undefined && procMount !== 'Default') {
        yield wrong(`sees all of /proc (procMount ${procMount})`, 'remove procMount');
      }
    }
  },
  validations: () => [
    all(
      `${hasAll('c', 'securityContext', 'allowPrivilegeEscalation')} && c.securityContext.allowPrivilegeEscalation == false`,
      'every container needs allowPrivilegeEscalation: false',
    ),
    all(
      `${hasAll('c', 'securityContext', 'readOnlyRootFilesystem')} && c.securityContext.readOnlyRootFilesystem == true`,
      'every container needs readOnlyRootFilesystem: true',
    ),
    all(
      `${hasAll('c', 'securityContext', 'capabilities', 'drop')} && 'ALL' in c.securityContext.capabilities.drop`,
      'every container has to drop all capabilities',
    ),
    all(
      `${effective('seccompProfile.type', "''")} in ['RuntimeDefault', 'Localhost']`,
      'every container needs a seccomp profile, RuntimeDefault or Localhost',
    ),
    all(
      `${effective('appArmorProfile.type', "''")} != 'Unconfined' && !('${APPARMOR_ANNOTATION}' + c.name in variables.annotations && variables.annotations['${APPARMOR_ANNOTATION}' + c.name] == 'unconfined')`,
      'no container may switch AppArmor off',
    ),
    all(
      `!(${hasAll('c', 'securityContext', 'procMount')}) || c.securityContext.procMount == 'Default'`,
      'no container may see all of /proc',
    ),
  ],
  examples: {
    good: {
      'of-the-pod': EXAMPLE_POD,
      'of-the-container': {
        ...withSecurity({ seccompProfile: { type: 'Localhost', localhostProfile: 'agent.json' } }),
        securityContext: {},
      },
    },
    bad: {
      'nothing-said': { ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, securityContext: {} }] },
      escalation: withSecurity({ allowPrivilegeEscalation: true }),
      'writable-root': withSecurity({ readOnlyRootFilesystem: false }),
      'some-capabilities': withSecurity({ capabilities: { drop: ['NET_RAW'] } }),
      'no-seccomp': withSecurity({ seccompProfile: { type: 'Unconfined' } }),
      'no-apparmor': withSecurity({ appArmorProfile: { type: 'Unconfined' } }),
      'all-of-proc': withSecurity({ procMount: 'Unmasked' }),
      'ephemeral-container': { ...EXAMPLE_POD, ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
    },
  },
};

function all(expression: string, message: string) {
  return { expression: `variables.containers.all(c, ${expression})`, message };
}
