import { field, list } from '../field';
import { EXAMPLE_POD, type WorkloadRule } from './rule';

/**
 * Finds volumes that show a directory of the node.
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
 */
export const hostPath: WorkloadRule = {
  id: 'host-path',
  title: 'A volume that shows a directory of the node',
  *find({ spec }) {
    for (const [index, volume] of list(spec.volumes).entries()) {
      const source = field(volume, 'hostPath');
      if (source === undefined) continue;
      yield {
        path: ['volumes', index, 'hostPath'],
        message: `volume '${field(volume, 'name')}' is the node's directory '${field(source, 'path')}'`,
        fix: 'use an emptyDir, a claim or a CSI driver; if nothing else will do, exempt the workload with a reason',
      };
    }
  },
  validations: () => [
    {
      expression: '!variables.volumes.exists(v, has(v.hostPath))',
      message: 'no volume may show a directory of the node (hostPath)',
    },
  ],
  examples: {
    good: {
      'no-volumes': EXAMPLE_POD,
      'empty-dir': { ...EXAMPLE_POD, volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Mi' } }] },
    },
    bad: {
      'host-path': { ...EXAMPLE_POD, volumes: [{ name: 'root', hostPath: { path: '/' } }] },
      'second-volume': {
        ...EXAMPLE_POD,
        volumes: [
          { name: 'scratch', emptyDir: { sizeLimit: '1Mi' } },
          { name: 'logs', hostPath: { path: '/var/log', type: 'Directory' } },
        ],
      },
    },
  },
};
