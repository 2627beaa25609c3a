import { posix } from 'node:path';
import { type ApiObject, Chart } from 'cdk8s';
import type { Finding, Problem } from '../finding';
import { grouped } from '../kube/grouped';
import type { Delivery } from './delivery/delivery';
import { KUSTOMIZATION_FILE, type Kustomization } from './kustomization';
import type { ManifestDocument } from './manifest-document';
import { ManifestObject } from './manifest-object';

/** The list of everything that synthesis writes. */
export const INDEX_FILE = 'index.json';

/** One manifest file and its objects, in the order in which they are applied. */
export interface ManifestFile {
  readonly file: string;
  readonly objects: readonly ApiObject[];
}

/** Groups objects into files. Files come in the order of their first object, so that Namespaces are in front. */
export function layOut(ordered: readonly ApiObject[], delivery?: Delivery): readonly ManifestFile[] {
  return [...grouped(ordered, (object) => deliveredFile(object, delivery))].map(([file, objects]) => ({
    file,
    objects,
  }));
}

/** The file of an object, where a delivery puts it. */
export function deliveredFile(object: ApiObject, delivery: Delivery | undefined): string {
  return delivery?.file(object, fileOf(object)) ?? fileOf(object);
}

/** Objects of other libraries go into one file for each chart. */
export function fileOf(object: ApiObject): string {
  if (ManifestObject.isManifestObject(object)) return object.file;
  return `${Chart.of(object).node.path.replaceAll(/[^A-Za-z0-9._-]+/g, '-') || 'chart'}.yaml`;
}

interface Claim {
  readonly file: string;
  /** What writes the file: a construct path, or a word for synthesis itself. */
  readonly by: string;
}

/** File names that would leave the output directory, that two things would write, or that readers would overlook. */
export function checkFiles(
  manifests: readonly ManifestFile[],
  documents: readonly ManifestDocument[],
  kustomizations: readonly Pick<Kustomization, 'folder' | 'node'>[],
): readonly Finding[] {
  const claims: readonly Claim[] = [
    ...manifests.map(({ file, objects }) => ({ file, by: objects[0]?.node.path ?? '' })),
    ...documents.map(({ file, node }) => ({ file, by: node.path })),
    ...kustomizations.map(({ folder, node }) => ({ file: `${folder}/${KUSTOMIZATION_FILE}`, by: node.path })),
  ];
  const report = (rule: string, { by }: Claim, problem: Problem): Finding => ({
    rule,
    severity: 'error',
    where: { construct: by },
    ...problem,
  });
  return [
    ...claims.filter(({ file }) => !isPlainPath(file)).map((claim) => report('unsafe-file', claim, unsafe(claim))),
    ...claims
      .slice(0, manifests.length)
      .filter(({ file }) => !file.endsWith('.yaml'))
      .map((claim) => report('manifest-extension', claim, extension(claim))),
    ...clashes(claims).map(([claim, other]) => report('duplicate-file', claim, clash(claim, other))),
  ];
}

/** Letters, digits and `-` with a `.` or `/` between them, as nearly every file is named. */
const ORDINARY = /^[A-Za-z0-9-]+(?:[./][A-Za-z0-9-]+)*$/;

function isPlainPath(file: string): boolean {
  if (ORDINARY.test(file)) return true;
  const parts = file.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return posix.normalize(file) === file && !/[\\\u0000-\u001f\u007f]/.test(file) && !parts.some(isNoName);
}

/** Also true of the end of `folder/` and the beginning of `/absolute`. */
function isNoName(part: string): boolean {
  return part === '' || part === '.' || part === '..';
}

/** Pairs of claims that no directory can hold, also on file systems that do not tell `A.yaml` from `a.yaml`. */
function clashes(claims: readonly Claim[]): readonly (readonly [Claim, Claim])[] {
  const files = new Map<string, Claim>();
  const folders = new Map<string, Claim>();
  const found: (readonly [Claim, Claim])[] = [];
  const own = [INDEX_FILE, KUSTOMIZATION_FILE].map((file) => ({ file, by: 'synthesis itself' }));
  for (const claim of [...own, ...claims]) {
    const path = claim.file.toLowerCase();
    const above = ancestors(path);
    const other = files.get(path) ?? folders.get(path) ?? above.map((folder) => files.get(folder)).find(Boolean);
    if (other !== undefined) found.push([claim, other]);
    files.set(path, claim);
    for (const folder of above) folders.set(folder, claim);
  }
  return found;
}

function ancestors(path: string): readonly string[] {
  const folders: string[] = [];
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) folders.push(path.slice(0, end));
  return folders;
}

function unsafe({ file }: Claim): Problem {
  return {
    message: `the file '${file}' is not a plain path below the output directory`,
    fix: "name it relative, with '/' between folders, without . and ..",
  };
}

function extension({ file }: Claim): Problem {
  return {
    message: `the manifest file '${file}' does not end in .yaml, so cdk8s would overlook it`,
    fix: 'name it .yaml',
  };
}

function clash({ file }: Claim, other: Claim): Problem {
  if (file === other.file) {
    return {
      message: `the file '${file}' is written twice, here and by ${other.by}`,
      fix: 'give one of them another file',
    };
  }
  return {
    message: `the file '${file}' is in the way of '${other.file}', which ${other.by} writes`,
    fix: 'give one of them another name',
  };
}
