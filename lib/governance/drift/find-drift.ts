import type { Manifest, Manifests } from '../../analysis/load/manifests';
import type { Finding, Where } from '../../finding';
import { at, textMap } from '../../kube/field';
import { apiGroup, formatObject, type KubeObject, objectIdentity } from '../../kube/object';
import { type ObjectPattern, objectPattern } from '../../kube/object-pattern';
import { type Change, differences, formatPath } from './differences';
import { isUnread, type LiveObject, type LiveObjects } from './live-objects';
import { managedBy } from './managed';
import { normalizedPair } from './normalized';
import { hidden } from './secret';
import { ownerKey } from './unmanaged/guard';
import { GUARDS } from './unmanaged/guards';

/** What can have happened to an object, in the order in which it is told. */
export const OBJECT_DRIFTS = ['unmanaged', 'changed', 'missing'] as const;

/** An object that is not as it was rendered, or that nobody rendered. */
export interface ObjectDrift {
  readonly kind: (typeof OBJECT_DRIFTS)[number];
  readonly object: KubeObject;
  /** The rendered object, in its file; of an unmanaged one the place in the export, if there is one. */
  readonly where: Where;
  /** Path of the construct that rendered it. */
  readonly construct?: string;
  /** What is wrong, to follow the name of the object. */
  readonly message: string;
  readonly fix: string;
  /** For `changed`: what is different. */
  readonly changes: readonly Change[];
}

export interface DriftReport {
  /** What the rendered objects were compared with: `cluster 'prod'`. */
  readonly against: string;
  /** Number of rendered objects that were compared. */
  readonly compared: number;
  readonly drifts: readonly ObjectDrift[];
  /** What is not known, and what is worth knowing although it is no drift. */
  readonly findings: readonly Finding[];
}

export interface DriftOptions {
  /**
   * Keys of labels and annotations that somebody adds to objects, besides those that are known; what ends with `/` is a
   * prefix.
   * @default - none
   */
  readonly ignoredMetadata?: readonly string[];
  /**
   * Objects that others answer for: they are neither compared nor unmanaged.
   * @default - none
   */
  readonly except?: readonly ObjectPattern[];
}

/**
 * Reads what `except` takes: `Kind/namespace/name` or `Kind/name`.
 * @throws InvalidValueError for a text that names no object
 */
export function exceptions(texts: readonly string[]): readonly ObjectPattern[] {
  return texts.map(objectPattern);
}

/** Objects in files for tools that run outside of any cluster. */
const NO_CLUSTER: ReadonlySet<string> = new Set(['cli.kyverno.io', 'kustomize.config.k8s.io', 'config.kubernetes.io']);

/** Manifests of objects that a cluster is meant to hold. */
export function deployed({ all = [] }: Manifests): readonly Manifest[] {
  return all.filter(({ object }) => !NO_CLUSTER.has(apiGroup(object.apiVersion)));
}

/**
 * Compares what was rendered with what is there: objects that are missing, that were changed, and those in managed
 * namespaces that nobody rendered. Defaults of the API server, and what only it writes, make no difference.
 */
export function findDrift(rendered: Manifests, live: LiveObjects, options: DriftOptions = {}): DriftReport {
  const { ignoredMetadata = [], except = [] } = options;
  const isExcepted = (object: KubeObject) => except.some((pattern) => pattern.matches(object));
  const wanted = deployed(rendered).filter(({ object }) => !isExcepted(object) && !isUnread(live, object));
  const byIdentity = new Map(live.objects.map((one) => [objectIdentity(keyOf(one.object)), one]));
  const found = new Set<LiveObject>();
  const drifts: ObjectDrift[] = [];
  const findings: Finding[] = [...live.findings];
  for (const manifest of wanted) {
    const one = counterpart(manifest.object, byIdentity);
    if (one === undefined) {
      const gone = missing(manifest);
      if ('rule' in gone) findings.push(gone);
      else drifts.push(gone);
      continue;
    }
    found.add(one);
    const { rendered: own, live: now } = normalizedPair(manifest.object, one.object, ignoredMetadata);
    const changes = differences(own, now);
    if (changes.length > 0) drifts.push(changed(manifest, changes));
  }
  const others = live.objects.filter((one) => !found.has(one) && !isExcepted(one.object));
  for (const told of unmanaged(others, rendered, live)) {
    if ('rule' in told) findings.push(told);
    else drifts.push(told);
  }
  return {
    against: live.name,
    compared: wanted.length,
    drifts: sorted(drifts),
    findings: [...findings, ...excepted(except)],
  };
}

function keyOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject) {
  return { apiVersion, kind, namespace, name };
}

/** An object of a namespaced kind that names no namespace is applied to the one of whoever applies it, mostly `default`. */
function counterpart(object: KubeObject, live: ReadonlyMap<string, LiveObject>): LiveObject | undefined {
  const key = keyOf(object);
  const exact = live.get(objectIdentity(key));
  return (
    exact ?? (key.namespace === undefined ? live.get(objectIdentity({ ...key, namespace: 'default' })) : undefined)
  );
}

function placed({ source }: Manifest): Pick<ObjectDrift, 'where' | 'construct'> {
  const { file, line, construct } = source;
  return { where: { file, line }, ...(construct === undefined ? {} : { construct }) };
}

const APPLY = 'apply what was rendered again, and find out in the audit log who';

function missing(manifest: Manifest): ObjectDrift | Finding {
  const { object, source } = manifest;
  if (object.kind === 'Job' && at(object, 'spec', 'ttlSecondsAfterFinished') !== undefined) {
    return {
      rule: 'drift-job-finished',
      severity: 'info',
      where: { file: source.file, line: source.line },
      message: `${formatObject(keyOf(object))} is not there; it is removed some time after it has finished`,
      fix: 'nothing to do, if it was there once',
    };
  }
  return {
    kind: 'missing',
    object,
    ...placed(manifest),
    message: 'was rendered, and is not there',
    fix: `${APPLY} deleted it`,
    changes: [],
  };
}

function changed(manifest: Manifest, changes: readonly Change[]): ObjectDrift {
  const { object, source } = manifest;
  const added = changes.flatMap(addedKeys);
  const line = changes[0] === undefined ? source.line : source.lineOf(changes[0].path);
  return {
    kind: 'changed',
    object,
    ...placed(manifest),
    where: { file: source.file, line },
    message: `is not as it was rendered: ${[...new Set(changes.map(({ path }) => formatPath(path)))].join(', ')}`,
    fix: `${APPLY} changed it${added.length === 0 ? '' : `; if a tool of yours adds ${added.join(' and ')}: --ignore-metadata`}`,
    changes: hidden(object, changes),
  };
}

/** Keys of labels and annotations that somebody added. */
function addedKeys({ path: [top, map, key], rendered, live }: Change): readonly string[] {
  if (top !== 'metadata' || (map !== 'labels' && map !== 'annotations') || rendered !== undefined) return [];
  return key === undefined ? Object.keys(textMap(live)) : [String(key)];
}

function* unmanaged(
  others: readonly LiveObject[],
  rendered: Manifests,
  live: LiveObjects,
): Generator<ObjectDrift | Finding> {
  const managed = managedBy(rendered, live);
  const byName = new Map(
    live.objects.map(({ object }) => {
      const { namespace, name } = object.metadata;
      return [ownerKey(object.kind, namespace, name), object] as const;
    }),
  );
  const guards = new Map(GUARDS.map((guard) => [`${guard.group} ${guard.kind}`, guard]));
  for (const { object, source } of others) {
    const guard = guards.get(`${apiGroup(object.apiVersion)} ${object.kind}`);
    const { namespace } = object.metadata;
    if (guard === undefined) continue;
    if (guard.where === 'managed' && !managed.namespaces.has(namespace ?? 'default')) continue;
    const why = guard.reason(object, { managed, live: live.objects, byName });
    if (why === undefined) continue;
    const name = formatObject(keyOf(object));
    // Items of a List stand further down than the document.
    const where =
      source === undefined ? { construct: name } : { file: source.file, line: source.lineOf(['apiVersion']) };
    const message = `was not rendered: ${why.message}`;
    const fix = `delete it, or have it declared; if somebody else answers for it: --except ${exceptText(object)}`;
    if (why.severity === 'info')
      yield { rule: 'drift-unmanaged', severity: 'info', where, message: `${name} ${message}`, fix };
    else yield { kind: 'unmanaged', object, where, message, fix, changes: [] };
  }
}

function exceptText({ kind, metadata: { namespace, name } }: KubeObject): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}

/** What nobody looked at is told in every run. */
function excepted(except: readonly ObjectPattern[]): readonly Finding[] {
  return except.map(({ text }) => ({
    rule: 'drift-excepted',
    severity: 'info',
    where: { construct: text },
    message: `${text} is not compared: --except names it`,
    fix: 'compare it where nobody excepts it, such as in the pipeline that applies it',
  }));
}

function sorted(drifts: readonly ObjectDrift[]): readonly ObjectDrift[] {
  const text = (one: ObjectDrift) => `${OBJECT_DRIFTS.indexOf(one.kind)} ${objectIdentity(keyOf(one.object))}`;
  return [...drifts].sort((one, other) => (text(one) < text(other) ? -1 : 1));
}
