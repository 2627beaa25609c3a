import type { ApiObject, App } from 'cdk8s';
import { type Finding, FindingsError, hasErrors } from '../finding';
import type { Delivery } from './delivery/delivery';
import { deliveryFiles, deliveryFindings } from './delivery/files';
import { formatIndex, type IndexedObject, type StagedEntry } from './index-file';
import { type Kustomization, kustomizationFiles } from './kustomization';
import { checkFiles, deliveredFile, INDEX_FILE, layOut, type ManifestFile } from './layout';
import type { ManifestDocument } from './manifest-document';
import { ManifestRenderer } from './manifest-renderer';
import { checkObjects } from './object-check';
import { applyOrder } from './order';
import { type FileCounts, StagedDirectory } from './staging/staged-directory';
import { DirectStager } from './staging/stager';
import { threadedStager } from './staging/threaded-stager';
import { walkTree } from './tree';
import { emitDocument } from './yaml';

export interface SynthesizeOptions {
  /**
   * Directory that the manifests are written to; it is replaced as a whole.
   * @default - the app's outdir
   */
  readonly outdir?: string;
  /**
   * Whether to write a kustomization.yaml that lists the manifests in the order in which they apply.
   * @default - true, but false under `cdk8s synth`, which takes every YAML file for a manifest
   */
  readonly kustomization?: boolean;
  /**
   * Lays the output out for Argo CD or Flux: `argo({ … })`, `flux({ … })`.
   * @default - for people and `kubectl apply -k`
   */
  readonly delivery?: Delivery;
  /** Called after each file, with the number of objects written so far and the number of all objects. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a synthesis wrote. */
export interface SynthesisResult extends FileCounts {
  readonly outdir: string;
  /** Number of Kubernetes objects. */
  readonly objects: number;
  /** Warnings and notes; errors are thrown. */
  readonly findings: readonly Finding[];
}

/**
 * Writes an app's manifests: one linear walk over the constructs, each object rendered once and written at once. The
 * output is replaced as a whole or not at all.
 *
 * The same objects come out of `app.synth()` and `cdk8s synth`, which take much longer for large apps.
 *
 * @throws FindingsError with everything that is wrong, before anything is written
 * @example
 * const app = new App({ outdir: 'dist' });
 * new Platform(app, 'platform', { dialect: kubernetes() });
 * synthesize(app);
 */
export function synthesize(app: App, options: SynthesizeOptions = {}): SynthesisResult {
  const planned = plan(app, options.delivery);
  return stage({ ...planned, findings: [...planned.findings, ...planned.unproved] }, app, options).commit();
}

/** An app that has been checked and ordered, ready to be written. */
export interface SynthesisPlan {
  readonly manifests: readonly ManifestFile[];
  readonly documents: readonly ManifestDocument[];
  readonly kustomizations: readonly Kustomization[];
  readonly objects: number;
  readonly findings: readonly Finding[];
  /** Warnings of claims that are still to be proved. */
  readonly unproved: readonly Finding[];
  /** What lays the output out and annotates it. */
  readonly delivery: Delivery | undefined;
}

/** Checks and orders an app without rendering or writing anything. Findings are returned, errors among them. */
export function plan(app: App, delivery?: Delivery): SynthesisPlan {
  const tree = walkTree(app);
  const { objects, documents, kustomizations, findings, unproved, dependencies } = tree;
  const sorted = applyOrder(objects, dependencies);
  const manifests = layOut(sorted.order, delivery);
  return {
    manifests,
    documents,
    kustomizations,
    objects: objects.length,
    unproved,
    delivery,
    findings: [
      ...findings,
      ...sorted.findings,
      ...checkObjects(objects),
      ...checkFiles(manifests, documents, delivery === undefined ? kustomizations : []),
      ...(delivery === undefined ? [] : deliveryFindings(app, delivery, manifests, tree)),
    ],
  };
}

/** An output directory that is written but not yet in place. */
export interface StagedSynthesis {
  /** Where the files stand until then. */
  readonly path: string;
  commit(): SynthesisResult;
  discard(): void;
}

/**
 * Renders a plan beside its output directory, so that several can be put in place together or not at all.
 * @throws FindingsError if the plan has errors, an object cannot be rendered or stored, or the directory cannot be
 * written
 */
export function stage(planned: SynthesisPlan, app: App, options: SynthesizeOptions = {}): StagedSynthesis {
  if (hasErrors(planned.findings)) throw new FindingsError(planned.findings);
  const outdir = options.outdir ?? app.outdir;
  const directory = new StagedDirectory(outdir, () => threadedStager(planned.objects) ?? new DirectStager());
  try {
    directory.put(INDEX_FILE, formatIndex(writeFiles(planned, app, directory, options)));
    directory.complete();
  } catch (error) {
    directory.discard();
    throw error;
  }
  const { objects, findings } = planned;
  return {
    path: directory.path,
    commit: () => ({ outdir, objects, findings, ...directory.commit() }),
    discard: () => directory.discard(),
  };
}

/** True under `cdk8s synth`. */
function isForCdk8s(): boolean {
  return (process.env.CDK8S_OUTDIR ?? '') !== '';
}

/** Writes one file for each entry that is asked for, so that neither texts nor entries are held in memory. */
function* writeFiles(
  planned: SynthesisPlan,
  app: App,
  directory: StagedDirectory,
  options: SynthesizeOptions,
): Generator<StagedEntry> {
  yield* writeManifests(planned, app, directory, options.onProgress);
  if (planned.delivery !== undefined) yield* writeDelivery(planned.delivery, planned, directory);
  else if (options.kustomization ?? !isForCdk8s()) yield* writeKustomizations(planned, directory);
  for (const document of planned.documents) {
    // cdk8s would print it among the manifests.
    if (isForCdk8s() && document.file.endsWith('.yaml')) continue;
    yield writeDocument(document, planned.delivery, directory);
  }
}

function* writeManifests(
  { manifests, objects: total, delivery }: SynthesisPlan,
  app: App,
  directory: StagedDirectory,
  onProgress: SynthesizeOptions['onProgress'],
): Generator<StagedEntry> {
  const renderer = new ManifestRenderer(app, delivery);
  let done = 0;
  for (const { file, objects } of manifests) {
    const keys: IndexedObject[] = [];
    const text = directory.put(file, documents(renderer, objects, keys));
    done += objects.length;
    onProgress?.(done, total);
    yield { file, text, objects: keys };
  }
  if (renderer.findings.length > 0) throw new FindingsError(renderer.findings);
}

/**
 * The YAML documents of a file, one after the other, so that no more than one is held in memory.
 * @param keys filled with what the objects are, as rendered
 */
function* documents(
  renderer: ManifestRenderer,
  objects: readonly ApiObject[],
  keys: IndexedObject[],
): Generator<string> {
  // `cdk8s synth --stdout` joins files as they are.
  let separated = isForCdk8s();
  for (const object of objects) {
    const manifest = renderer.render(object);
    if (manifest === undefined) continue;
    const [first, ...rest] = manifest.texts;
    yield separated ? `---\n${first}` : first;
    yield* rest;
    separated = true;
    const { apiVersion, kind, namespace, name } = manifest.key;
    keys.push({ apiVersion, kind, namespace, name, construct: object.node.path });
  }
}

function* writeKustomizations(
  { manifests, kustomizations }: SynthesisPlan,
  directory: StagedDirectory,
): Generator<StagedEntry> {
  for (const { file, object } of kustomizationFiles(manifests, kustomizations)) {
    yield { file, text: directory.put(file, [emitDocument(object)]), objects: [] };
  }
}

function* writeDelivery(
  delivery: Delivery,
  planned: SynthesisPlan,
  directory: StagedDirectory,
): Generator<StagedEntry> {
  for (const { file, objects } of deliveryFiles(delivery, planned.manifests, planned.kustomizations)) {
    const pieces = objects.map((object, index) => (index === 0 ? '' : '---\n') + emitDocument(object));
    yield { file, text: directory.put(file, pieces), objects: [] };
  }
}

function writeDocument(
  { file, render }: ManifestDocument,
  delivery: Delivery | undefined,
  directory: StagedDirectory,
): StagedEntry {
  return {
    file,
    text: directory.put(
      file,
      render((object) => deliveredFile(object, delivery)),
    ),
    objects: [],
  };
}
