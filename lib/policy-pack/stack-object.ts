import { type PolicyResource, UnknownValueError } from '@pulumi/policy';

/** A Kubernetes object of a stack. */
export interface StackObject {
  readonly urn: string;
  /** The object as plain data, without what nobody knows yet. */
  readonly object: unknown;
  /** Paths of the fields that nobody knows before the update. */
  readonly unknown: readonly string[];
}

/** What is deployed to one cluster. */
export interface StackCluster {
  readonly objects: readonly StackObject[];
  /** Which pods there will be, where the program says so. */
  readonly inventories: readonly unknown[];
}

const OBJECT = /^kubernetes:.+\/v\d+\w*:[A-Z]\w*$/;
/** Of these kinds the values are nobody's business, and say nothing about who may reach whom. */
const SECRET = 'kubernetes:core/v1:Secret';
/** Holds the inventories of a construct tree. */
const COMPONENT = 'portcullis:index:ClusterObjects';

/** Kubernetes objects by cluster, whoever registered them: each provider is a cluster of its own. */
export function stackClusters(resources: readonly PolicyResource[]): readonly StackCluster[] {
  const clusters = new Map<string, { objects: StackObject[]; parents: Set<PolicyResource> }>();
  for (const resource of resources) {
    const { type, provider, parent } = resource;
    if (!OBJECT.test(type) || type.endsWith('List')) continue;
    const key = provider?.urn ?? '';
    const cluster = clusters.get(key) ?? { objects: [], parents: new Set() };
    clusters.set(key, cluster);
    cluster.objects.push(stackObject(resource));
    if (parent?.type === COMPONENT) cluster.parents.add(parent);
  }
  return [...clusters.values()].map(({ objects, parents }) => ({
    objects,
    inventories: [...parents].flatMap(({ props }) => (plain(props.inventories, [], []) as unknown[] | undefined) ?? []),
  }));
}

function stackObject({ type, urn, props }: PolicyResource): StackObject {
  const unknown: string[] = [];
  const { apiVersion, kind, metadata, ...rest } = fields(props, [], unknown, type === SECRET ? METADATA : undefined);
  return { urn, object: { apiVersion, kind, metadata, ...rest }, unknown };
}

const METADATA: readonly string[] = ['apiVersion', 'kind', 'metadata'];

/** What providers add to the outputs of a resource. */
const ADDED = /^(?:__|status$)/;

/** A value without what @pulumi/policy puts around it, which throws at the touch of what is not known yet. */
function plain(value: unknown, path: readonly string[], unknown: string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return fields(value, path, unknown);
  return value.flatMap((_, index) => {
    const item = read(value, String(index), path, unknown);
    return item === undefined ? [] : [item];
  });
}

function fields(
  value: object,
  path: readonly string[],
  unknown: string[],
  only: readonly string[] = Object.keys(value),
) {
  return Object.fromEntries(
    only.flatMap((key) => {
      if (path.length === 0 && ADDED.test(key)) return [];
      const field = read(value, key, path, unknown);
      return field === undefined ? [] : [[key, field]];
    }),
  );
}

function read(value: object, key: string, path: readonly string[], unknown: string[]): unknown {
  const deeper = [...path, key];
  try {
    return plain((value as Readonly<Record<string, unknown>>)[key], deeper, unknown);
  } catch (error) {
    if (!(error instanceof UnknownValueError)) throw error;
    unknown.push(deeper.join('.'));
    return undefined;
  }
}
