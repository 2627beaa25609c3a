import { type Finding, quoted } from '../../finding';
import type { Manifest } from '../load/manifests';
import { type Declared, isNodeAlias } from './entry';
import { findingAt } from './entry-findings';
import { namespaceOf } from './match';
import { selectorValue } from './selector';

/**
 * Entries under a parent that nobody is. SPIRE takes them and hands them to no agent: it walks from the agent's own ID,
 * and from the aliases of its node, to the entries below.
 * @see pkg/server/authorizedentries/cache.go of SPIRE 1.15.3 (`addDescendants`)
 */
export function parentFindings(entries: readonly Declared[]): readonly Finding[] {
  const reached = reachedIds(entries);
  return entries.flatMap((entry) => {
    const { parentId, spiffeId } = entry;
    // Without a parent the SPIFFE ID itself is invalid, and that is said already.
    if (parentId === undefined || parentId === '' || isNodeAlias(entry)) return [];
    if (isAgent(parentId) || reached.has(parentId)) return [];
    const message = `no entry makes ${quoted(parentId)} an alias of nodes, so no agent ever issues ${quoted(spiffeId)}`;
    const fix = `register the alias too: parent spiffe://…/spire/server, selectors of the nodes such as 'k8s_psat:cluster:…'`;
    return [findingAt(entry, 'parent-not-registered', 'error', { message, fix })];
  });
}

function isAgent(id: string): boolean {
  return /^spiffe:\/\/[^/]*\/spire\/agent\/./.test(id);
}

/** SPIFFE IDs that some agent gets to: aliases of nodes, what stands below agents, and all that stands below those. */
function reachedIds(entries: readonly Declared[]): ReadonlySet<string> {
  const below = new Map<string, string[]>();
  const todo: string[] = [];
  for (const entry of entries) {
    const { parentId = '', spiffeId } = entry;
    if (isNodeAlias(entry) || isAgent(parentId)) todo.push(spiffeId);
    const known = below.get(parentId);
    if (known === undefined) below.set(parentId, [spiffeId]);
    else known.push(spiffeId);
  }
  const reached = new Set<string>();
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    todo.push(...(below.get(id) ?? []));
  }
  return reached;
}

/**
 * The controller manager lists all entries of the server and deletes those that no resource declares, unless it was
 * given a prefix of its own entries' ids.
 * @see pkg/spireentry/reconciler.go of spire-controller-manager
 */
export function registrarFindings(entries: readonly Declared[]): readonly Finding[] {
  const byResource = ({ registrar }: Declared) => registrar === 'ClusterSPIFFEID' || registrar === 'ClusterStaticEntry';
  const other = entries.find((entry) => !byResource(entry));
  const resource = entries.find(byResource);
  if (other === undefined || resource === undefined) return [];
  const who = other.registrar === 'Job' ? 'a Job' : 'spire-server entry create -data';
  const place = `${resource.object}, ${resource.source.file}:${resource.line}`;
  const message = `${who} registers the entries of ${other.object}, and the SPIRE controller manager (${place}) deletes what no resource declares`;
  const fix = 'use one registrar, or give the controller manager an entryIDPrefix of its own';
  return [findingAt(other, 'two-registrars', 'error', { message, fix })];
}

/** Accounts that entries name and manifests lack, in namespaces whose accounts they otherwise hold. */
export function accountFindings(entries: readonly Declared[], manifests: readonly Manifest[]): readonly Finding[] {
  const accounts = new Map<string, Set<string>>();
  for (const { object } of manifests) {
    if (object.kind !== 'ServiceAccount') continue;
    const namespace = object.metadata.namespace ?? 'default';
    // Kubernetes makes the account `default` in every namespace.
    const known = accounts.get(namespace) ?? new Set(['default']);
    accounts.set(namespace, known.add(object.metadata.name));
  }
  return entries.flatMap((entry) => {
    const [namespace, account] = [namespaceOf(entry), selectorValue(entry.selectors, 'sa')];
    if (namespace === undefined || account === undefined) return [];
    if (accounts.get(namespace)?.has(account) !== false) return [];
    const message = `${quoted(entry.spiffeId)} is for the service account ${quoted(`${namespace}/${account}`)}, which the manifests do not hold`;
    const fix = 'add the ServiceAccount, or correct its name';
    return [findingAt(entry, 'missing-service-account', 'warning', { message, fix })];
  });
}
