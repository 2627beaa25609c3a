import type { Finding } from '../../finding';
import { field, text, textMap } from '../../kube/field';
import { apiGroup, formatObject, type KubeObject, objectIdentity } from '../../kube/object';
import { isWorkload } from '../../kube/pod';
import { scopeOf } from '../../kube/scope';
import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import { SUPPRESS_ANNOTATION } from '../../kube/suppression';
import { selectedControllerLabels } from './controller-label';
import { withControllerLabels } from './controller-pods';
import { type Inventory, inventoryWorkloads } from './inventory';
import { labelFindings } from './label-findings';
import type { EntryFile, Manifest, Manifests, Namespace, Service, Source, Workload } from './manifests';
import { mentionedNamespaces } from './mentioned-namespace';
import { notEvaluated } from './not-evaluated';
import { serviceAddresses, serviceOf } from './service';
import { collapse, isOwned, type Owned, workloadOf } from './workload';

const POLICIES = new Set([
  'networking.k8s.io NetworkPolicy',
  'cilium.io CiliumNetworkPolicy',
  'cilium.io CiliumClusterwideNetworkPolicy',
]);
/** What registers identities with SPIRE, and what holds the accounts that they are for. */
const REGISTERING = new Set([
  'spire.spiffe.io ClusterSPIFFEID',
  'spire.spiffe.io ClusterStaticEntry',
  ' ConfigMap',
  ' ServiceAccount',
  'batch Job',
  'batch CronJob',
]);

/** Sorts objects by what reachability needs of them. */
export class Collector {
  private readonly byIdentity = new Map<string, Manifest>();
  private readonly inventories: Inventory[] = [];
  private readonly entryFiles: EntryFile[] = [];
  private readonly findings: Finding[] = [];
  private readonly passedOver: Record<string, number> = {};
  private objects = 0;

  report(...findings: readonly Finding[]): void {
    this.findings.push(...findings);
  }

  addInventory(inventory: Inventory): void {
    this.inventories.push(inventory);
  }

  addEntryFile(file: EntryFile): void {
    this.entryFiles.push(file);
  }

  /** Adds what a document holds: an object, or a list of them. */
  add(value: unknown, source: Source, path: readonly (string | number)[] = []): void {
    const kind = text(field(value, 'kind'));
    const items = field(value, 'items');
    if (kind?.endsWith('List') && Array.isArray(items)) {
      const itemKind = kind === 'List' ? undefined : kind.slice(0, -'List'.length);
      const defaults = itemKind === undefined ? {} : { apiVersion: field(value, 'apiVersion'), kind: itemKind };
      for (const [index, item] of items.entries()) {
        const whole = typeof item === 'object' && item !== null ? { ...defaults, ...item } : item;
        this.add(whole, within(source, [...path, 'items', index]), []);
      }
      return;
    }
    const object = checked(value);
    if (object === undefined) this.refuse(value, source);
    else {
      if (isWorkload(object) || object.kind === 'Namespace') this.report(...labelFindings({ object, source }, value));
      this.note({ object, source });
    }
  }

  /** Counts what looks like an object, and is none of a cluster's. */
  passOver({ apiVersion, kind }: KubeObject): void {
    const key = `${apiVersion} ${kind}`;
    this.passedOver[key] = (this.passedOver[key] ?? 0) + 1;
  }

  private note(manifest: Manifest): void {
    this.objects++;
    const { apiVersion, kind, metadata } = manifest.object;
    const namespace = scopeOf(manifest.object) === 'Cluster' ? undefined : (metadata.namespace ?? 'default');
    const key = { apiVersion, kind, namespace, name: metadata.name };
    const identity = objectIdentity(key);
    const known = this.byIdentity.get(identity);
    if (known !== undefined && metadata.name !== '') {
      const { file, line } = known.source;
      const message = `${formatObject(key)} stands here and in ${file}:${line}, and whichever is applied last counts`;
      const where = placeOf(manifest.source);
      this.report({
        rule: 'duplicate-object',
        severity: 'warning',
        where,
        message,
        fix: 'keep one of the two; this one is taken',
      });
    }
    this.byIdentity.set(metadata.name === '' ? `${identity}#${this.objects}` : identity, manifest);
  }

  private refuse(value: unknown, source: Source): void {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const missing = ['apiVersion', 'kind'].filter((key) => text(field(value, key)) === undefined);
    const message = isObject
      ? missing.length > 0
        ? `the document has no ${missing.join(' and no ')}`
        : 'the object has no metadata.name'
      : 'the document is no object';
    const fix = 'give it what every Kubernetes object has, or keep it out of what is analysed';
    this.report({ rule: 'not-an-object', severity: 'error', where: placeOf(source), message, fix });
  }

  manifests(): Manifests {
    const all = [...this.byIdentity.values()];
    const sorted = this.sort(all);
    const selected = selectedControllerLabels(sorted.policies);
    const found = collapse(
      sorted.owned.flatMap((owned) => withControllerLabels(owned, selected)),
      selected,
    );
    const workloads = [...found, ...inventoryWorkloads(this.inventories, found)];
    const namespaces = this.namespaces(sorted.namespaces, workloads, sorted.policies);
    const dialects = [...new Set(this.inventories.map(({ dialect }) => dialect))];
    const { services, policies, cidrGroups, ignored } = sorted;
    const registries = this.inventories.flatMap((inventory) => inventory.registries ?? []);
    return {
      namespaces,
      workloads,
      services,
      policies,
      cidrGroups,
      suppressing: all.filter(({ object }) => object.metadata.annotations?.[SUPPRESS_ANNOTATION] !== undefined),
      registering: all.filter(({ object }) => REGISTERING.has(`${apiGroup(object.apiVersion)} ${object.kind}`)),
      entryFiles: this.entryFiles,
      all,
      inventories: this.inventories,
      alerting: all.filter(({ object }) => `${apiGroup(object.apiVersion)} ${object.kind}` === PROMETHEUS_RULE),
      pods: {
        workloads: all.filter(({ object }) => isWorkload(object) && !isOwned(object)),
        // What one of several platforms approves may be what the cluster approves.
        ...(registries.length === 0 ? {} : { registries: [...new Set(registries)].sort() }),
      },
      // Of several, none is the dialect of all.
      ...(dialects.length === 1 && dialects[0] !== undefined ? { dialect: dialects[0] } : {}),
      objects: this.objects,
      ignored,
      findings: this.findings,
    };
  }

  private sort(all: readonly Manifest[]) {
    const owned: Owned[] = [];
    const policies: Manifest[] = [];
    const cidrGroups: Manifest[] = [];
    const services: Service[] = [];
    const namespaces: Namespace[] = [];
    const ignored: Record<string, number> = { ...this.passedOver };
    const addresses = serviceAddresses(all.map(({ object }) => object));
    for (const manifest of all) {
      const { object, source } = manifest;
      const type = `${apiGroup(object.apiVersion)} ${object.kind}`;
      if (isWorkload(object)) owned.push({ object, workload: workloadOf(object, source) });
      else if (POLICIES.has(type)) policies.push(manifest);
      else if (type === 'cilium.io CiliumCIDRGroup') cidrGroups.push(manifest);
      else if (type === ' Service') services.push(serviceOf(object, source, addresses));
      else if (type === ' Namespace') namespaces.push(namespaceOf(object, source));
      else if (!IN_PASSING.has(type)) this.ignore(manifest, ignored);
    }
    return { owned, policies, cidrGroups, services, namespaces, ignored };
  }

  private ignore({ object, source }: Manifest, ignored: Record<string, number>): void {
    const finding = notEvaluated(object, placeOf(source));
    if (finding !== undefined) this.report(finding);
    const key = `${object.apiVersion} ${object.kind}`;
    ignored[key] = (ignored[key] ?? 0) + 1;
  }

  /** Those that have a manifest, those of inventories, and those that are only mentioned. */
  private namespaces(
    declared: readonly Namespace[],
    workloads: readonly Workload[],
    policies: readonly Manifest[],
  ): readonly Namespace[] {
    const known = new Map(declared.map((namespace) => [namespace.name, namespace]));
    const add = (name: string, labels: Namespace['labels'] = {}) => {
      if (!known.has(name)) known.set(name, { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name } });
    };
    for (const { namespaces } of this.inventories) for (const { name, labels } of namespaces) add(name, labels);
    for (const { namespace } of workloads) add(namespace);
    for (const name of mentionedNamespaces(policies)) add(name);
    return [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

const PROMETHEUS_RULE = 'monitoring.coreos.com PrometheusRule';

/** Read together with the Service that they belong to. */
const IN_PASSING = new Set([' Endpoints', 'discovery.k8s.io EndpointSlice']);

function namespaceOf({ metadata }: KubeObject, source: Source): Namespace {
  return {
    name: metadata.name,
    labels: { ...textMap(metadata.labels), [NAMESPACE_NAME_LABEL]: metadata.name },
    source,
  };
}

/** The value as an object with what every object has. */
function checked(value: unknown): KubeObject | undefined {
  const [apiVersion, kind, metadata] = [
    text(field(value, 'apiVersion')),
    text(field(value, 'kind')),
    field(value, 'metadata'),
  ];
  const name = text(field(metadata, 'name')) ?? text(field(metadata, 'generateName'));
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const namespace = text(field(metadata, 'namespace'));
  const own = metadata as object;
  const meta = {
    ...own,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: textMap(field(metadata, 'labels')),
  };
  return { ...(value as object), apiVersion, kind, metadata: meta } as KubeObject;
}

function within(source: Source, path: readonly (string | number)[]): Source {
  return { ...source, lineOf: (inner) => source.lineOf([...path, ...inner]) };
}

export function placeOf(source: Source): Finding['where'] {
  return { file: source.file, line: source.line };
}
