import { createHash } from 'node:crypto';
import type { Problem } from '../../finding';
import type { KubeObject } from '../../kube/object';
import { POLICY_VERSION } from '../../model/policy-version';
import type { Bundle, TextFile } from './bundle';

/**
 * Most bytes that the values of a ConfigMap may have.
 * @see ValidateConfigMap of Kubernetes, and MaxSecretSize in k8s.io/api/core/v1/types.go
 */
const LARGEST_CONFIG_MAP = 1024 * 1024;

/** A ConfigMap, and where its keys are mounted. */
export interface MountedConfigMap {
  readonly object: KubeObject;
  readonly files: readonly MountedFile[];
}

export interface MountedFile {
  readonly key: string;
  /** `portcullis/policy/data.json`, below the bundle's folder. */
  readonly path: string;
}

/**
 * A bundle as ConfigMaps: one for the rules, one for each part of the facts. None is ever changed: other contents are
 * another name, so that a pod has rules and facts of one version, and the way back is the old Deployment.
 */
export function bundleConfigMaps(
  { version, files }: Bundle,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): readonly MountedConfigMap[] {
  const isFacts = ({ path }: TextFile) => path.startsWith('portcullis/facts/');
  const groups: readonly (readonly [what: string, files: readonly TextFile[]])[] = [
    ['policies', files.filter((file) => !isFacts(file))],
    ...files.filter(isFacts).map((file, index) => [`facts-${index + 1}`, [file]] as const),
  ];
  return groups.map(([what, group]) => {
    const data = Object.fromEntries(group.map(({ path, text }) => [keyOf(path), text]));
    const digest = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 10);
    const annotations = { [POLICY_VERSION]: version };
    return {
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${name}-${what}-${digest}`, namespace, annotations },
        immutable: true,
        data,
      },
      files: group.map(({ path }) => ({ key: keyOf(path), path })),
    };
  });
}

/** Keys have no folders. */
function keyOf(path: string): string {
  return path.replaceAll('/', '.');
}

/** What keeps a ConfigMap from being stored; only the facts of a single agent can be as many. */
export function configMapProblem({ metadata, data }: KubeObject): Problem | undefined {
  const texts = Object.values(data as Readonly<Record<string, string>>);
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (size <= LARGEST_CONFIG_MAP) return undefined;
  return {
    message: `ConfigMap '${metadata.name}' would hold ${size} bytes, and may hold ${LARGEST_CONFIG_MAP}`,
    fix: 'an agent has more grants than can be reviewed; make it several agents',
  };
}
