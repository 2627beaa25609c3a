import { Construct, type IConstruct } from 'constructs';
import type { ManifestFile } from './layout';

const KUSTOMIZATION = Symbol.for('portcullis.Kustomization');

export interface KustomizationProps {
  /** Folder below the output directory whose manifests it lists. */
  readonly folder: string;
  /**
   * Fields besides `resources`, such as `labels`.
   * @default - none
   */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * A kustomization of its own for one folder of the output, so that the folder can be applied alone. The root's
 * kustomization lists the folder instead of its files.
 */
export class Kustomization extends Construct {
  /** True for kustomizations, also for those of another copy of this package, which `instanceof` does not know. */
  static isKustomization(construct: IConstruct): construct is Kustomization {
    return KUSTOMIZATION in construct;
  }

  readonly [KUSTOMIZATION] = true;
  readonly folder: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(scope: Construct, id: string, props: KustomizationProps) {
    super(scope, id);
    this.folder = props.folder;
    this.fields = props.fields ?? {};
  }
}

/** Name that kustomize and kubectl look for. */
export const KUSTOMIZATION_FILE = 'kustomization.yaml';

const HEADER = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

/** The kustomizations of an output: the root's, and one for each folder that has its own. */
export function kustomizationFiles(
  manifests: readonly ManifestFile[],
  folders: readonly Kustomization[],
): readonly { readonly file: string; readonly object: Readonly<Record<string, unknown>> }[] {
  const inside = new Map<Kustomization, string[]>(folders.map((folder) => [folder, []]));
  const resources = new Set<string>();
  for (const { file } of manifests) {
    const home = folders.find(({ folder }) => file.startsWith(`${folder}/`));
    resources.add(home?.folder ?? file);
    if (home !== undefined) inside.get(home)?.push(file.slice(home.folder.length + 1));
  }
  // The order of the root is the order in which things can be applied.
  const root = { ...HEADER, sortOptions: { order: 'fifo' }, resources: [...resources] };
  return [
    ...(resources.size === 0 ? [] : [{ file: KUSTOMIZATION_FILE, object: root }]),
    ...[...inside].map(([{ folder, fields }, files]) => ({
      file: `${folder}/${KUSTOMIZATION_FILE}`,
      object: { ...HEADER, resources: files.sort(), ...fields },
    })),
  ];
}
