import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Finding, FindingsError } from '../../../lib/finding';
import { ManifestObject, type ManifestObjectProps } from '../../../lib/synth/manifest-object';

/** A folder that is removed when the running test is over; not for tests that run at the same time as others. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-synth-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An app with one chart. */
export function appWithChart(outdir = 'unused'): { readonly app: App; readonly chart: Chart } {
  const app = new App({ outdir });
  return { app, chart: new Chart(app, 'chart') };
}

/** An app with one chart, the directory that its output goes to, and the folder of that directory. */
export function emptyProgram() {
  const parent = folderOfTest();
  const out = join(parent, 'out');
  return { parent, out, ...appWithChart(out) };
}

/** A ManifestObject; a ConfigMap in the namespace `default` unless said otherwise. */
export function manifest(scope: Construct, id: string, props: Partial<ManifestObjectProps> = {}): ManifestObject {
  const { kind = 'ConfigMap', name = id, file = 'all.yaml', apiVersion = 'v1' } = props;
  const namespace = kind === 'Namespace' ? {} : { namespace: 'default' };
  return new ManifestObject(scope, id, { ...namespace, ...props, apiVersion, kind, name, file });
}

/** An object of plain cdk8s. */
export function apiObject(scope: Construct, id: string, kind = 'ConfigMap', namespace?: string): ApiObject {
  const metadata = { name: id.toLowerCase(), ...(namespace === undefined ? {} : { namespace }) };
  return new ApiObject(scope, id, {
    apiVersion: kind === 'CustomResourceDefinition' ? 'x.io/v1' : 'v1',
    kind,
    metadata,
  });
}

/** Every file below a folder with its text, sorted by path; symbolic links are followed. */
export function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(pathsIn(folder).map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

function pathsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? pathsIn(path) : [path];
    })
    .sort();
}

/** What `stat` says about a file that a rewrite would change. */
export function identityOf(path: string): { readonly inode: number; readonly modified: number } {
  const { ino, mtimeMs } = statSync(path);
  return { inode: ino, modified: mtimeMs };
}

/** The objects in every YAML file below a folder, except kustomizations. */
export function objectsIn(folder: string): unknown[] {
  return pathsIn(folder)
    .filter((path) => path.endsWith('.yaml') && !/\/(?:kustomization|kyverno-test)\.yaml$/.test(path))
    .flatMap((path) => parseObjects(readFileSync(path, 'utf8')));
}

/** The objects of a stream of YAML documents. */
export function parseObjects(text: string): unknown[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

/** The findings with which something fails. */
export function findingsOf(run: () => unknown): readonly Finding[] {
  try {
    run();
  } catch (error) {
    if (error instanceof FindingsError) return error.findings;
    throw error;
  }
  return [];
}

/** Id of a process that has ended: larger than ids can be. */
export const DEAD_PROCESS = 2 ** 22 + 1;
