import type { Finding } from '../../finding';
import { labelsKey } from '../label';
import type { Identity } from './identity';
import { identityProblems } from './identity-problem';
import type { NodeAlias } from './node-alias';
import { narrower } from './selected-pods';
import { formatSpiffeId } from './spiffe-id';

/**
 * Everything that is wrong with identities, each by itself and side by side; the same findings in the same order, in
 * whatever order the identities come.
 *
 * | rule | what is wrong |
 * |---|---|
 * | `invalid-identity` | a part that SPIFFE, SPIRE or Kubernetes refuses |
 * | `identity-ttl` | a lifetime that is not at least one second |
 * | `identity-federates-with-itself` | a federated trust domain that is its own |
 * | `shared-identity` | two owners with one SPIFFE ID, or pods of one owner that would get the other's |
 * | `duplicate-identity` | one owner declares a SPIFFE ID twice |
 * | `ambiguous-identity` | pods of one owner that would get two SPIFFE IDs from the same selectors |
 * | `node-alias-identity` | a workload with the SPIFFE ID of the nodes |
 */
export function identityFindings(identities: readonly Identity[], alias?: NodeAlias): readonly Finding[] {
  const sorted = [...identities].sort((one, other) => compare(sortKey(one), sortKey(other)));
  return [
    ...sorted.flatMap(ownFindings),
    ...sameIdFindings(sorted),
    ...samePodsFindings(sorted),
    ...(alias === undefined ? [] : aliasFindings(sorted, alias)),
  ];
}

function ownFindings(identity: Identity): readonly Finding[] {
  const { spiffeId, parentId, ...rest } = identity;
  const written = { ...rest, spiffeId: formatSpiffeId(spiffeId) };
  return identityProblems(parentId === undefined ? written : { ...written, parentId: formatSpiffeId(parentId) }).map(
    ({ rule, message, fix }) => error(identity, rule, `${identity.title}: ${message}`, fix),
  );
}

function sameIdFindings(identities: readonly Identity[]): readonly Finding[] {
  const first = new Map<string, Identity>();
  const found: Finding[] = [];
  for (const identity of identities) {
    const id = formatSpiffeId(identity.spiffeId);
    const other = first.get(id);
    if (other === undefined) first.set(id, identity);
    else if (other.owner === identity.owner) {
      const message = `'${id}' is declared a second time; ${other.declaredAt} declares it too`;
      found.push(error(identity, 'duplicate-identity', message, 'declare it once, or give each its own SPIFFE ID'));
    } else {
      const message = `'${id}' of ${identity.owner} is also the identity of ${other.owner} (${other.declaredAt})`;
      found.push(error(identity, 'shared-identity', message, 'give each owner its own SPIFFE ID'));
    }
  }
  return found;
}

/**
 * Selectors are a conjunction, so whoever matches the longer list of labels matches the shorter one too and is issued
 * both identities. Within one owner that may be meant, as long as the lists differ.
 */
function samePodsFindings(identities: readonly Identity[]): readonly Finding[] {
  return narrower(identities).flatMap(({ wide, narrow }) => {
    if (formatSpiffeId(wide.spiffeId) === formatSpiffeId(narrow.spiffeId)) return [];
    const equal = labelsKey(wide.podLabels) === labelsKey(narrow.podLabels);
    const pods = `pods of ${narrow.title} match the selectors of ${wide.title} (${wide.declaredAt})`;
    if (wide.owner !== narrow.owner) {
      const message = `${pods} and would be issued '${formatSpiffeId(wide.spiffeId)}' of ${wide.owner}`;
      const fix = 'give each its own service account, or add a label to the wider one that only its own pods carry';
      return [error(narrow, 'shared-identity', message, fix)];
    }
    if (!equal) return [];
    const message = `${pods} to the letter, so each would hold two SPIFFE IDs without an order`;
    return [error(narrow, 'ambiguous-identity', message, 'select the pods of each by different labels')];
  });
}

function aliasFindings(identities: readonly Identity[], alias: NodeAlias): readonly Finding[] {
  const id = formatSpiffeId(alias.spiffeId);
  return identities
    .filter((identity) => formatSpiffeId(identity.spiffeId) === id)
    .map((identity) =>
      error(
        identity,
        'node-alias-identity',
        `${identity.title} has the SPIFFE ID '${id}', under which the nodes are registered`,
        'give the workload its own SPIFFE ID',
      ),
    );
}

function error(identity: Identity, rule: string, message: string, fix: string): Finding {
  return { rule, severity: 'error', where: { construct: identity.declaredAt }, message, fix };
}

function sortKey({ spiffeId, owner, declaredAt, namespace, serviceAccount, podLabels }: Identity): string {
  return JSON.stringify([formatSpiffeId(spiffeId), owner, declaredAt, namespace, serviceAccount, labelsKey(podLabels)]);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
