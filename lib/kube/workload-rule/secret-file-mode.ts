import { at, field, list } from '../field';
import { EXAMPLE_POD, type WorkloadRule } from './rule';

/** `0440`: what files of Secrets have in a pod with `fsGroup`, whatever `defaultMode` says. */
export const SECRET_FILE_MODE = 0o440;

/** Holds for volumes with something of a Secret. */
const CEL_HAS_SECRET =
  'has(v.secret) || (has(v.projected) && has(v.projected.sources) && v.projected.sources.exists(s, has(s.secret)))';

const withVolume = (source: object) => ({ ...EXAMPLE_POD, volumes: [{ name: 'vault', ...source }] });
const secret = (fields: object) => withVolume({ secret: { secretName: 'vault', ...fields } });

/**
 * Finds Secrets in files whose mode is not what the manifest says, or lets more read than the pod's group.
 *
 * Files of Secrets belong to root. With `fsGroup` the kubelet hands them to that group and adds its right to read, so that
 * 0400 becomes 0440; without, a process that is not root cannot read them unless everybody may. 0440 with `fsGroup` is
 * the one combination that does what it says; a true 0400 takes a copy, see copiedSecretFiles.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/volume/volume_linux.go (`changeFilePermission`)
 */
export const secretFileMode: WorkloadRule = {
  id: 'secret-file-mode',
  title: 'A Secret in files whose mode is not what it says',
  *find({ spec }) {
    const hasGroup = at(spec, 'securityContext', 'fsGroup') !== undefined;
    for (const [index, volume] of list(spec.volumes).entries()) {
      const source = secretSource(volume);
      if (source === undefined) continue;
      const path = ['volumes', index];
      const name = field(volume, 'name');
      if (!hasGroup) {
        yield {
          path,
          message: `the files of volume '${name}' belong to root, and the pod has no fsGroup that may read them`,
          fix: 'set securityContext.fsGroup of the pod',
        };
      }
      for (const mode of modesOf(volume)) {
        if (mode === SECRET_FILE_MODE) continue;
        const real = typeof mode === 'number' ? octal(mode) : '0644, the default';
        yield {
          path,
          message: `files of volume '${name}' would have mode ${real}${mode === 0o400 ? ', which the kubelet makes 0440 for fsGroup' : ''}`,
          fix: 'set defaultMode to 0440 (288); for a true 0400 copy them into memory, or use a CSI driver that writes them for the user',
        };
      }
    }
  },
  validations: () => [
    {
      expression: `variables.volumes.all(v, !(${CEL_HAS_SECRET}) || has(variables.podSecurity.fsGroup))`,
      message: 'a pod with Secrets in files needs fsGroup, or it cannot read them',
    },
    {
      expression: `variables.volumes.all(v, !has(v.secret) || (has(v.secret.defaultMode) && v.secret.defaultMode == ${SECRET_FILE_MODE} && (!has(v.secret.items) || v.secret.items.all(i, !has(i.mode) || i.mode == ${SECRET_FILE_MODE}))))`,
      message: 'Secrets in files need defaultMode 0440',
    },
    {
      expression: `variables.volumes.all(v, has(v.secret) || !(${CEL_HAS_SECRET}) || (has(v.projected.defaultMode) && v.projected.defaultMode == ${SECRET_FILE_MODE}))`,
      message: 'projected Secrets need defaultMode 0440',
    },
  ],
  examples: {
    good: {
      'group-may-read': secret({ defaultMode: SECRET_FILE_MODE }),
      projected: withVolume({
        projected: { defaultMode: SECRET_FILE_MODE, sources: [{ secret: { name: 'vault' } }] },
      }),
    },
    bad: {
      'default-mode': secret({}),
      'mode-0400': secret({ defaultMode: 0o400 }),
      'everybody-may-read': secret({ defaultMode: 0o444 }),
      'one-item': secret({ defaultMode: SECRET_FILE_MODE, items: [{ key: 'a', path: 'a', mode: 0o444 }] }),
      'projected-default': withVolume({ projected: { sources: [{ secret: { name: 'vault' } }] } }),
      'no-group': { ...secret({ defaultMode: SECRET_FILE_MODE }), securityContext: {} },
    },
  },
};

/** What a volume takes from Secrets. */
export function secretSource(volume: unknown): unknown {
  const projected = field(volume, 'projected');
  const isProjected = list(field(projected, 'sources')).some((source) => field(source, 'secret') !== undefined);
  return field(volume, 'secret') ?? (isProjected ? projected : undefined);
}

/** Items of a projected volume are left out: they may be of other sources too. */
function modesOf(volume: unknown): ReadonlySet<unknown> {
  const source = secretSource(volume);
  const items = list(at(volume, 'secret', 'items')).flatMap((item) => field(item, 'mode') ?? []);
  return new Set([field(source, 'defaultMode'), ...items]);
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}
