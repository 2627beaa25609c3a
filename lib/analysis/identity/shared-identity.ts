import { type Finding, quoted } from '../../finding';
import type { Workload } from '../load/manifests';
import type { IdentityEntry } from './entry';
import { findingAt } from './entry-findings';
import type { Pods } from './match';
import { formatSelector, isMetBy } from './selector';
import { expand, isSameId } from './template';

/** Pods with two identities, and identities of two workspaces. */
export function sharedFindings(entries: readonly IdentityEntry[], pods: Pods): readonly Finding[] {
  return [...ofOneWorkload(entries), ...ofWorkspaces(entries, pods)];
}

interface Pair {
  readonly wide: IdentityEntry;
  readonly entry: IdentityEntry;
  readonly workload: Workload;
  /** Whether both SPIFFE IDs are known to the letter. */
  readonly certain: boolean;
  pods: number;
}

/** A workload with two SVIDs presents whichever comes first, unless hints tell them apart. */
function ofOneWorkload(entries: readonly IdentityEntry[]): readonly Finding[] {
  const byWorkload = new Map<Workload, number[]>();
  for (const [index, { workloads }] of entries.entries()) {
    for (const workload of workloads) {
      const known = byWorkload.get(workload);
      if (known === undefined) byWorkload.set(workload, [index]);
      else known.push(index);
    }
  }
  const pairs = new Map<string, Pair>();
  for (const [workload, own] of byWorkload) {
    for (const [position, second] of own.entries()) {
      for (const first of own.slice(0, position)) addPair(pairs, entries, [first, second], workload);
    }
  }
  return [...pairs.values()].map(({ wide, entry, workload, certain, pods }) => {
    const others = pods === 1 ? '' : ` and ${pods - 1} more`;
    const place = `${wide.object}, ${wide.source.file}:${wide.line}`;
    const message = `${nameOf(workload)}${others} ${certain ? 'would' : 'may'} be issued ${quoted(entry.spiffeId)} and ${quoted(wide.spiffeId)} (${place})`;
    const fix = 'give each its own service account or label, or a hint each if one workload is meant to hold both';
    return findingAt(entry, 'shared-identity', certain ? 'error' : 'warning', { message, fix });
  });
}

function addPair(
  pairs: Map<string, Pair>,
  entries: readonly IdentityEntry[],
  [first, second]: readonly [number, number],
  workload: Workload,
): void {
  const [wide, entry] = [entries[first], entries[second]];
  if (wide === undefined || entry === undefined) return;
  const known = pairs.get(`${first} ${second}`);
  if (known !== undefined) known.pods++;
  else if (isConflict(wide, entry, workload)) {
    const certain = [wide, entry].every(({ spiffeId }) => expand(spiffeId, workload) !== undefined);
    pairs.set(`${first} ${second}`, { wide, entry, workload, certain, pods: 1 });
  }
}

function isConflict(one: IdentityEntry, other: IdentityEntry, workload: Workload): boolean {
  const [id, otherId] = [one, other].map(({ spiffeId }) => expand(spiffeId, workload) ?? spiffeId);
  if (id === undefined || otherId === undefined || isSameId(id, otherId)) return false;
  if (one.hint !== undefined && other.hint !== undefined && one.hint !== other.hint) return false;
  // Selectors that manifests do not decide, such as the container's name, may be what parts the two.
  const [undecided, others] = [undecidedOf(one, workload), undecidedOf(other, workload)];
  return isSubset(undecided, others) || isSubset(others, undecided);
}

function undecidedOf({ selectors }: IdentityEntry, workload: Workload): ReadonlySet<string> {
  return new Set(
    selectors.filter((selector) => isMetBy(selector, workload, undefined) === undefined).map(formatSelector),
  );
}

function isSubset(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].every((item) => other.has(item));
}

/** A workspace is a tenant's unit of isolation, and who holds its SPIFFE ID passes for it. */
function ofWorkspaces(entries: readonly IdentityEntry[], pods: Pods): readonly Finding[] {
  const byId = new Map<string, Map<string, { readonly workload: Workload; readonly entry: IdentityEntry }>>();
  for (const entry of entries) {
    for (const workload of entry.workloads) {
      const id = expand(entry.spiffeId, workload);
      const workspace = workspaceOf(workload, pods);
      if (id === undefined || workspace === undefined) continue;
      const known = byId.get(id) ?? new Map();
      if (!known.has(workspace)) known.set(workspace, { workload, entry });
      byId.set(id, known);
    }
  }
  return [...byId].flatMap(([id, workspaces]) => {
    const [first, second] = [...workspaces];
    if (first === undefined || second === undefined) return [];
    const more = workspaces.size > 2 ? ` and ${workspaces.size - 2} more` : '';
    const held = [first, second].map(([name, { workload }]) => `${quoted(name)} (${nameOf(workload)})`).join(' and ');
    const message = `${quoted(id)} is the identity of the workspaces ${held}${more}, so each passes for the other`;
    const fix = 'give each workspace its own SPIFFE ID, and select its pods by its own label';
    return [findingAt(second[1].entry, 'shared-identity', 'error', { message, fix })];
  });
}

const WORKSPACE = /(?:^|\/)workspace$/;

/** The workspace that pods or their namespace name in a label, whoever's prefix it has. */
function workspaceOf({ labels, namespace }: Workload, pods: Pods): string | undefined {
  const key = Object.keys(labels).find((label) => WORKSPACE.test(label));
  if (key !== undefined) return labels[key];
  const all = pods.labelsOf(namespace);
  const ofNamespace = Object.keys(all).find((label) => WORKSPACE.test(label));
  return ofNamespace === undefined ? undefined : all[ofNamespace];
}

export function nameOf({ namespace, name }: Pick<Workload, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
