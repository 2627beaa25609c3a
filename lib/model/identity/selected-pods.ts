import type { Identity } from './identity';

/** Two identities of which every pod that has the narrow one is also issued the wide one. */
export interface Overlap {
  readonly wide: Identity;
  readonly narrow: Identity;
}

/**
 * All pairs in which the labels of one identity are among those of another with the same namespace and service
 * account. Equal ones come out once, the earlier as the wide one.
 */
export function narrower(identities: readonly Identity[]): readonly Overlap[] {
  const byAccount = new Map<string, Identity[]>();
  for (const identity of identities) {
    const account = `${identity.namespace}/${identity.serviceAccount}`;
    const list = byAccount.get(account);
    if (list === undefined) byAccount.set(account, [identity]);
    else list.push(identity);
  }
  return [...byAccount.values()].flatMap(narrowerOfAccount);
}

/**
 * Thousands of workspaces may share a service account, so identities are filed under the rarest of their labels: who
 * matches all of another's labels matches that one, and few others are filed under it.
 */
function narrowerOfAccount(identities: readonly Identity[]): readonly Overlap[] {
  const count = new Map<string, number>();
  const pairs = identities.map(({ podLabels }) => Object.entries(podLabels).map(([key, value]) => `${key}=${value}`));
  for (const pair of pairs.flat()) count.set(pair, (count.get(pair) ?? 0) + 1);

  const filed = new Map<string, number[]>();
  pairs.forEach((own, index) => {
    const [first, ...others] = own;
    if (first === undefined) return;
    const rarest = others.reduce(
      (best, pair) => ((count.get(pair) ?? 0) < (count.get(best) ?? 0) ? pair : best),
      first,
    );
    const list = filed.get(rarest);
    if (list === undefined) filed.set(rarest, [index]);
    else list.push(index);
  });

  return identities.flatMap((narrow, index) => {
    const own = new Set(pairs[index]);
    return [...own]
      .flatMap((pair) => filed.get(pair) ?? [])
      .filter((other) => other !== index && (pairs[other] ?? []).every((pair) => own.has(pair)))
      .filter((other) => (pairs[other] ?? []).length < own.size || other < index)
      .sort((one, other) => one - other)
      .map((other) => ({ wide: identities[other] as Identity, narrow }));
  });
}
