import { at, field, list } from '../field';
import { containersOf } from '../pod';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from './rule';

/** Where programs write what nobody needs later. */
export const SCRATCH_PATH = '/tmp';

const withScratch = (emptyDir: object, mountPath: string = SCRATCH_PATH) => ({
  ...EXAMPLE_POD,
  containers: [{ ...EXAMPLE_CONTAINER, volumeMounts: [{ name: 'scratch', mountPath }] }],
  volumes: [{ name: 'scratch', emptyDir }],
});

/**
 * Finds room to write that has no end, and a /tmp that outlives its process on the disk of the node.
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
 */
export const scratchVolume: WorkloadRule = {
  id: 'scratch-volume',
  title: 'An emptyDir without a size, or a /tmp on disk',
  *find({ spec }) {
    const atScratch = new Set(
      containersOf(spec).flatMap(({ container }) =>
        list(container.volumeMounts).flatMap((mount) =>
          field(mount, 'mountPath') === SCRATCH_PATH ? [field(mount, 'name')] : [],
        ),
      ),
    );
    for (const [index, volume] of list(spec.volumes).entries()) {
      const emptyDir = field(volume, 'emptyDir');
      if (emptyDir === undefined) continue;
      const path = ['volumes', index, 'emptyDir'];
      const name = field(volume, 'name');
      if (field(emptyDir, 'sizeLimit') === undefined) {
        yield { path, message: `volume '${name}' may fill the node`, fix: 'set emptyDir.sizeLimit' };
      }
      if (atScratch.has(name) && at(emptyDir, 'medium') !== 'Memory') {
        yield {
          path,
          message: `${SCRATCH_PATH} (volume '${name}') is on the disk of the node`,
          fix: 'set emptyDir.medium to Memory',
        };
      }
    }
  },
  validations: () => [
    {
      expression: 'variables.volumes.all(v, !has(v.emptyDir) || has(v.emptyDir.sizeLimit))',
      message: 'every emptyDir needs a sizeLimit',
    },
    {
      expression: `variables.volumes.all(v, !has(v.emptyDir) || (has(v.emptyDir.medium) && v.emptyDir.medium == 'Memory') || !variables.containers.exists(c, has(c.volumeMounts) && c.volumeMounts.exists(m, m.name == v.name && m.mountPath == '${SCRATCH_PATH}')))`,
      message: `an emptyDir at ${SCRATCH_PATH} has to be in memory`,
    },
  ],
  examples: {
    good: {
      'in-memory': withScratch({ medium: 'Memory', sizeLimit: '64Mi' }),
      'elsewhere-on-disk': withScratch({ sizeLimit: '1Gi' }, '/cache'),
    },
    bad: {
      endless: withScratch({ medium: 'Memory' }),
      'on-disk': withScratch({ sizeLimit: '64Mi' }),
    },
  },
};
