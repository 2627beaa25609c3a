import type { ApiObject, App } from 'cdk8s';
import { type Finding, FindingsError, hasErrors } from '../finding';
import { formatObject } from '../kube/object';
import { formatIndex, type IndexEntry, indexedFiles } from './index-file';
import { inReadingOrder } from './key-order';
import { checkFiles, INDEX_FILE, KUSTOMIZATION_FILE, layOut, type ManifestFile } from './layout';
import type { ManifestDocument } from './manifest-document';
import { ManifestObject } from './manifest-object';
import { checkObjects, objectKey } from './object-check';
import { applyOrder } from './order';
import { type FileCounts, StagedDirectory } from './staged-directory';
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

/** Biggest object that etcd stores by default (`--max-request-bytes`), in bytes. */
const LARGEST_OBJECT = 1_572_864;

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
  return stage(plan(app), app, options).commit();
}

/** An app that has been checked and ordered, ready to be written. */
export interface SynthesisPlan {
  readonly manifests: readonly ManifestFile[];
  readonly documents: readonly ManifestDocument[];
  readonly objects: number;
  readonly findings: readonly Finding[];
}

/** Checks and orders an app without rendering or writing anything. Findings are returned, errors among them. */
export function plan(app: App): SynthesisPlan {
  const tree = walkTree(app);
  const { order, findings } = applyOrder(tree.objects, tree.dependencies);
  const manifests = layOut(order);
  return {
    manifests,
    documents: tree.documents,
    objects: order.length,
    findings: [...tree.findings, ...findings, ...checkObjects(tree.objects), ...checkFiles(manifests, tree.documents)],
  };
}

/** An output directory that is written but not yet in place. */
export interface StagedSynthesis {
  commit(): SynthesisResult;
  discard(): void;
}

/**
 * Renders a plan beside its output directory, so that several can be put in place together or not at all.
 * @throws FindingsError if the plan has errors, an object is too large, or the directory cannot be written
 */
export function stage(planned: SynthesisPlan, app: App, options: SynthesizeOptions = {}): StagedSynthesis {
  if (hasErrors(planned.findings)) throw new FindingsError(planned.findings);
  const outdir = options.outdir ?? app.outdir;
  const directory = new StagedDirectory(outdir, indexedFiles(outdir));
  try {
    const entries = [
      ...writeManifests(planned, app, directory, options.onProgress),
      ...writeKustomization(planned, directory, options.kustomization ?? process.env.CDK8S_OUTDIR === undefined),
      ...planned.documents.map((document) => writeDocument(document, directory)),
    ];
    directory.put(INDEX_FILE, formatIndex(entries));
  } catch (error) {
    directory.discard();
    throw error;
  }
  const { objects, findings } = planned;
  return {
    commit: () => ({ outdir, objects, findings, ...directory.commit() }),
    discard: () => directory.discard(),
  };
}

function writeManifests(
  { manifests, objects: total }: SynthesisPlan,
  app: App,
  directory: StagedDirectory,
  onProgress: SynthesizeOptions['onProgress'],
): IndexEntry[] {
  // Resolvers of the user's own see every value only on cdk8s's own path.
  const asCdk8s = app.resolvers.length > DEFAULT_RESOLVERS;
  const tooLarge: Finding[] = [];
  let done = 0;
  const entries = manifests.map(({ file, objects }) => {
    const texts = objects.map((object) => {
      const text = emitDocument(data(object, asCdk8s));
      if (text.length > LARGEST_OBJECT) tooLarge.push(sizeFinding(object, text.length));
      return text;
    });
    done += objects.length;
    onProgress?.(done, total);
    return { file, sha256: directory.put(file, texts.join('---\n')), objects: objects.map(objectKey) };
  });
  if (tooLarge.length > 0) throw new FindingsError(tooLarge);
  return entries;
}

/** LazyResolver, ImplicitTokenResolver and NumberStringUnionResolver, which every App has. */
const DEFAULT_RESOLVERS = 3;

function data(object: ApiObject, asCdk8s: boolean): Readonly<Record<string, unknown>> {
  if (ManifestObject.isManifestObject(object) && !asCdk8s) return object.manifest();
  return inReadingOrder(object.toJson());
}

function sizeFinding(object: ApiObject, size: number): Finding {
  return {
    rule: 'object-too-large',
    severity: 'error',
    where: { construct: object.node.path },
    message: `${formatObject(objectKey(object))} has ${size} bytes, and etcd stores ${LARGEST_OBJECT} at most`,
    fix: 'split it, for example by giving groups of workspaces a service of their own',
  };
}

function writeKustomization({ manifests }: SynthesisPlan, directory: StagedDirectory, wanted: boolean): IndexEntry[] {
  if (!wanted || manifests.length === 0) return [];
  const text = emitDocument({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    // The order of this file is the order in which things can be applied.
    sortOptions: { order: 'fifo' },
    resources: manifests.map(({ file }) => file),
  });
  return [{ file: KUSTOMIZATION_FILE, sha256: directory.put(KUSTOMIZATION_FILE, text), objects: [] }];
}

function writeDocument(document: ManifestDocument, directory: StagedDirectory): IndexEntry {
  const text = [...document.render()].join('');
  return { file: document.file, sha256: directory.put(document.file, text), objects: [] };
}
