import type { Item } from './cilium-l7';

/** An entry of Cilium's policy map that holds the packet. */
interface MapEntry {
  readonly prefix: number;
  readonly redirect: number;
  readonly explicit: boolean;
  readonly required: boolean;
}

/**
 * Whether authentication is asked for (`pkg/policy/mapstate.go`). A packet meets at most two entries of the policy map:
 * the narrowest one for its peer, and the narrowest one for everybody.
 */
export function isAuthenticated(items: readonly (Item & { readonly prefix: number })[]): boolean {
  if (items.every(({ authentication }) => authentication === undefined)) return false;
  const everybody = items.filter(({ peer }) => peer.wildcard);
  // What says the same about a peer as the same filter says about everybody is left out, except for all ports.
  const peers = items.filter((item) => {
    const sameForAll = everybody.find(({ filterKey }) => filterKey === item.filterKey);
    const isSame =
      sameForAll !== undefined &&
      sameForAll.authentication === item.authentication &&
      sameForAll.redirect === item.redirect;
    return !item.peer.wildcard && !(isSame && item.prefix > 8);
  });
  const own = narrowest(peers);
  const common = narrowest(everybody);
  if (own === undefined || common === undefined) return (own ?? common)?.required === true;
  // The one that goes to a proxy wins, and then it takes nothing from the other one.
  if (own.redirect !== common.redirect) return (own.redirect > common.redirect ? own : common).required;
  const [chosen, other] = common.prefix > own.prefix ? [common, own] : [own, common];
  return chosen.explicit ? chosen.required : chosen.required || other.required;
}

function narrowest(items: readonly (Item & { readonly prefix: number })[]): MapEntry | undefined {
  const byPrefix = new Map<number, MapEntry>();
  for (const { prefix, redirect, authentication } of items) {
    const entry = { prefix, redirect, explicit: authentication !== undefined, required: authentication === 'required' };
    const known = byPrefix.get(prefix);
    byPrefix.set(prefix, known === undefined ? entry : mergeEntries(known, entry));
  }
  const kept: MapEntry[] = [];
  for (const entry of [...byPrefix.values()].sort((a, b) => a.prefix - b.prefix)) {
    const proxied = kept.findLast(({ redirect }) => redirect > entry.redirect);
    // An entry under a broader one that goes to a proxy is only kept for what it says about authentication.
    if (proxied !== undefined && !entry.explicit) continue;
    const inherited = entry.explicit ? undefined : kept.findLast(({ explicit }) => explicit);
    kept.push({
      ...entry,
      redirect: proxied?.redirect ?? entry.redirect,
      required: inherited?.required ?? entry.required,
    });
  }
  return kept.at(-1);
}

/** Two entries with the same key: what is said outright counts more than silence, and `required` more than `disabled`. */
function mergeEntries(a: MapEntry, b: MapEntry): MapEntry {
  const redirect = Math.max(a.redirect, b.redirect);
  if (a.explicit !== b.explicit) return { ...(a.explicit ? a : b), redirect };
  return { ...a, redirect, required: a.required || b.required };
}
