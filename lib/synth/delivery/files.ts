import type { ApiObject, App } from 'cdk8s';
import { type Finding, quoted } from '../../finding';
import { grouped } from '../../kube/grouped';
import { formatObject } from '../../kube/object';
import type { Dependency } from '../dependency';
import { KUSTOMIZATION_FILE, type Kustomization, kustomizationFiles } from '../kustomization';
import { checkFiles, fileOf, type ManifestFile } from '../layout';
import { objectKey } from '../object-check';
import type { Tree } from '../tree';
import type { DeliveredFolder, Delivery } from './delivery';
import { type DeliveryStep, stepNumber, stepOfObject } from './step';

type Data = Readonly<Record<string, unknown>>;

/** Everything that a delivery writes beside the manifests: its own objects, and a kustomization for each folder. */
export function deliveryFiles(
  delivery: Delivery,
  manifests: readonly ManifestFile[],
  kustomizations: readonly Kustomization[],
): readonly { readonly file: string; readonly objects: readonly Data[] }[] {
  const folders = deliveredFolders(delivery, manifests);
  return [
    ...folders.flatMap(({ folder, files }) => {
      const inside = files.map((one) => ({ ...one, file: one.file.slice(folder.length + 1) }));
      const own = kustomizations.filter((one) => inside.some(({ file }) => file.startsWith(`${one.folder}/`)));
      return kustomizationFiles(inside, own).map(({ file, object }) => ({
        file: `${folder}/${file}`,
        objects: [object],
      }));
    }),
    ...delivery.objects(folders).map(({ file, objects }) => ({ file, objects })),
  ];
}

/** What is wrong with the delivery of these manifests. */
export function deliveryFindings(
  app: App,
  delivery: Delivery,
  manifests: readonly ManifestFile[],
  { documents, objects, dependencies }: Pick<Tree, 'documents' | 'objects' | 'dependencies'>,
): readonly Finding[] {
  const folders = deliveredFolders(delivery, manifests);
  const wrong = delivery.findings(folders);
  // The names of files are those of the folders, unless the settings are wrong.
  if (wrong.length > 0) return wrong;
  const { node } = app;
  const own = delivery.objects(folders).map(({ file }) => file);
  const claimed = new Set([...own, ...folders.map(({ folder }) => `${folder}/${KUSTOMIZATION_FILE}`)]);
  return [
    ...checkFiles(
      [],
      documents,
      folders.map(({ folder }) => ({ folder, node })),
    ).filter(({ rule }) => rule === 'duplicate-file'),
    ...manifests.flatMap(({ file, objects }) => (claimed.has(file) ? [taken(file, objects[0])] : [])),
    ...orderFindings(objects, dependencies),
  ];
}

interface Folder extends DeliveredFolder {
  readonly files: readonly ManifestFile[];
}

/** In the order of their first file. */
function deliveredFolders(delivery: Delivery, manifests: readonly ManifestFile[]): readonly Folder[] {
  return [...grouped(manifests, ({ file }) => delivery.folder(file))].map(([folder, files]) => ({
    folder,
    files,
    objects: files.flatMap(({ objects }) => [...objects]),
  }));
}

function taken(file: string, object: ApiObject | undefined): Finding {
  return {
    rule: 'duplicate-file',
    severity: 'error',
    where: { construct: object?.node.path ?? '' },
    message: `the file ${quoted(file)} is written twice, here and by the delivery`,
    fix: 'give the object another file',
  };
}

/** Dependencies that run against the order of the steps would wait for ever. */
function orderFindings(objects: readonly ApiObject[], dependencies: readonly Dependency[]): readonly Finding[] {
  if (dependencies.length === 0) return [];
  const steps = objects.map((object) => stepOfObject(object, fileOf(object)));
  const at = (index: number) => stepNumber(steps[index] as DeliveryStep);
  return dependencies.flatMap(({ dependents, dependencies: before }) => {
    const first = dependents.reduce((a, b) => (at(b) < at(a) ? b : a));
    const last = before.reduce((a, b) => (at(b) > at(a) ? b : a));
    if (at(first) >= at(last)) return [];
    const [early, late] = [objects[first] as ApiObject, objects[last] as ApiObject];
    return [
      {
        rule: 'delivery-order',
        severity: 'error',
        where: { construct: early.node.path },
        message: `${text(early)} comes with the ${steps[first]} and depends on ${text(late)}, which comes later with the ${steps[last]}`,
        fix: 'remove the dependency',
      },
    ];
  });
}

function text(object: ApiObject): string {
  return formatObject(objectKey(object));
}
