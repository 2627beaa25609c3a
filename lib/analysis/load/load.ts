import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { field } from '../../kube/field';
import { apiGroup, type KubeObject } from '../../kube/object';
import { Collector } from './collector';
import { ConstructIndex, INDEX_FILE, identityOf } from './construct-index';
import { findFiles, STDIN } from './find-files';
import { INVENTORY_FILE, parseInventory } from './inventory';
import { jsonDocumentsOf } from './json-documents';
import type { Manifests, Source } from './manifests';
import { documentsOf, lineOfField, linesOfItems, parseYaml, type TextDocument } from './yaml-documents';

export interface LoadOptions {
  /**
   * Reads standard input, for the path `-`.
   * @default - what the process has there
   */
  readonly stdin?: () => string;
  /** Hears after each file how many have been read, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads manifests: directories with all below them, files, globs, and `-` for standard input; YAML of several documents
 * and JSON, with `List` kinds. What cannot be read is a finding, and the rest is loaded all the same.
 */
export function loadManifests(paths: readonly string[], options: LoadOptions = {}): Manifests {
  const collector = new Collector();
  const index = new ConstructIndex();
  const { files, findings } = findFiles(paths);
  collector.report(...findings);
  for (const [number, file] of files.entries()) {
    const text = read(file, options, collector);
    if (text !== undefined) addFile(file, text, collector, index);
    options.onProgress?.(number + 1, files.length);
  }
  return collector.manifests();
}

/**
 * Objects that are in memory already: of a test, of `Testing.synth(chart)`, of an API.
 * @param file what findings call the place; the line is the number of the object, from 1
 * @param inventories what `inventory.json` of each platform holds
 */
export function manifestsOf(
  objects: readonly unknown[],
  file = '(objects)',
  inventories: readonly unknown[] = [],
): Manifests {
  const collector = new Collector();
  for (const value of inventories) {
    const inventory = parseInventory(value, file);
    if ('findings' in inventory) collector.report(...inventory.findings);
    else collector.addInventory(inventory);
  }
  for (const [index, object] of objects.entries())
    collector.add(object, { file, line: index + 1, lineOf: () => index + 1 });
  return collector.manifests();
}

function read(file: string, { stdin }: LoadOptions, collector: Collector): string | undefined {
  try {
    if (file === STDIN) return stdin === undefined ? readFileSync(0, 'utf8') : stdin();
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    const fix = 'check that it exists and that you may read it';
    collector.report({ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix });
    return undefined;
  }
}

/** What spire-server is given with `-data`, by the name that Jobs use for it too. */
const ENTRIES_FILE = 'entries.json';

/** Kinds that stand beside manifests and are read by a tool: no API server takes them. */
const NO_MANIFESTS = new Set([
  'kustomize.config.k8s.io Kustomization',
  'kustomize.config.k8s.io Component',
  'cli.kyverno.io Test',
  'cli.kyverno.io Values',
  'cli.kyverno.io UserInfo',
  'cli.kyverno.io Context',
]);
/** Kustomize takes these without apiVersion and kind. */
const KUSTOMIZATIONS = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/** A file as its documents are read from it. */
interface OpenFile {
  readonly file: string;
  readonly text: string;
  readonly collector: Collector;
  /** Constructs that rendered its objects, by identity. */
  readonly constructs: ReadonlyMap<string, string>;
}

function addFile(file: string, text: string, collector: Collector, index: ConstructIndex): void {
  const constructs = file === STDIN ? new Map() : index.constructsOf(file, text);
  const open: OpenFile = { file, text, collector, constructs };
  if (/^\s*[[{]/.test(text) && addJson(open)) return;
  for (const document of documentsOf(text)) {
    const parsed = parseYaml(document, file);
    if ('findings' in parsed) collector.report(...parsed.findings);
    else addValue(parsed.value, sourceOf(file, parsed.line, document), open);
  }
}

/** @returns false if it is no JSON, but YAML that starts like it */
function addJson(open: OpenFile): boolean {
  const parsed = parsedJson({ text: open.text, line: 1 }) ?? jsonDocumentsOf(open.text).map(parsedJson);
  const all = Array.isArray(parsed) ? parsed : [parsed];
  if (!all.every((one) => one !== undefined)) return false;
  for (const { value, document } of all) addJsonValue(value, document, open);
  return true;
}

interface ParsedJson {
  readonly value: unknown;
  readonly document: TextDocument;
}

function parsedJson(document: TextDocument): ParsedJson | undefined {
  try {
    return { value: JSON.parse(document.text), document };
  } catch {
    return undefined;
  }
}

function addJsonValue(value: unknown, document: TextDocument, open: OpenFile): void {
  const { file, collector } = open;
  const name = basename(file);
  const source = sourceOf(file, firstLineOf(document), document);
  if (name === INVENTORY_FILE) {
    const inventory = parseInventory(value, file);
    if ('findings' in inventory) collector.report(...inventory.findings);
    else collector.addInventory(inventory);
    return;
  }
  if (name === ENTRIES_FILE && field(value, 'entries') !== undefined) {
    collector.addEntryFile({ value, source, lines: linesOfItems(document, 'entries') });
    return;
  }
  // package.json and our own index.json are no manifests, and nobody takes them for one.
  const isObject = field(value, 'apiVersion') !== undefined || field(value, 'kind') !== undefined;
  if (!isObject && (name === INDEX_FILE || file.endsWith('.json'))) return;
  addValue(value, source, open);
}

/** The line that something stands on first. */
function firstLineOf({ text, line }: TextDocument): number {
  return line + (/^\s*/.exec(text)?.[0].split('\n').length ?? 1) - 1;
}

function addValue(value: unknown, source: Source, { file, collector, constructs }: OpenFile): void {
  if (value === null || value === undefined) return;
  if (KUSTOMIZATIONS.has(basename(file)) && field(value, 'kind') === undefined) return;
  const group = apiGroup(String(field(value, 'apiVersion') ?? ''));
  if (NO_MANIFESTS.has(`${group} ${String(field(value, 'kind'))}`)) return;
  const isObject = typeof field(value, 'metadata') === 'object' && field(value, 'metadata') !== null;
  const construct = isObject ? constructs.get(identityOf(value as KubeObject)) : undefined;
  collector.add(value, construct === undefined ? source : { ...source, construct });
}

function sourceOf(file: string, line: number, document: TextDocument): Source {
  return { file, line, lineOf: (path) => lineOfField(document, path) };
}
