import fc from 'fast-check';
import type { Authorization, AuthorizedAgent } from '../../../../lib/model/authorization/authorization';

const IDS = ['ws-a', 'ws-b', 'ws-c', 'ws-d'] as const;
const TOOLS = ['a:read', 'a:write', 'b:read'] as const;
const purpose = fc.constantFrom('Pay what is due', 'It is "needed"', 'Grüße – {{ x }}');
const held = fc.subarray([...TOOLS]);

function some<Name extends string, Grant>(names: readonly Name[], grant: (name: Name) => fc.Arbitrary<Grant>) {
  return fc.subarray([...names]).chain((chosen) => fc.tuple(...chosen.map(grant)) as fc.Arbitrary<readonly Grant[]>);
}

function agent(id: string, ids: readonly string[]): fc.Arbitrary<AuthorizedAgent> {
  return held.chain((capabilities) => {
    const part = fc.subarray(capabilities);
    const partOrNone = part.map((list) => (list.length === 0 ? ('none' as const) : list));
    return fc.record({
      name: fc.constant(`${id}/agent`),
      namespace: fc.constant(id),
      capabilities: fc.constant(capabilities.length === 0 ? ('none' as const) : capabilities),
      tasks: some(['run', 'walk', '7'], (task) =>
        fc.record({ task: fc.constant(task), capabilities: partOrNone, purpose }),
      ),
      messages: some(ids, (to) => fc.record({ to: fc.constant(`${to}/agent`), purpose })),
      vaults: some(['Payments EU', 'tickets'], (vault) => fc.record({ vault: fc.constant(vault), purpose })),
      delegations:
        capabilities.length === 0
          ? fc.constant([])
          : some(['adviser', 'auditor'], (to) =>
              fc.record({ to: fc.constant(to), capabilities: fc.subarray(capabilities, { minLength: 1 }), purpose }),
            ),
      reads: some(
        ids.filter((other) => other !== id),
        (namespace) => fc.record({ namespace: fc.constant(namespace), purpose }),
      ),
    });
  });
}

/** Agents with grants between them, all of them fine. */
export const authorizations: fc.Arbitrary<Authorization> = fc
  .subarray([...IDS])
  .chain((ids) => fc.tuple(...ids.map((id) => agent(id, ids))) as fc.Arbitrary<readonly AuthorizedAgent[]>)
  .map((agents) => ({ agents }));
