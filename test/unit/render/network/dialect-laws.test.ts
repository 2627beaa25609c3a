import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CiliumNetworkPolicySpec } from '../../../../lib/kube/cilium-network-policy';
import type { NetworkPolicySpec } from '../../../../lib/kube/network-policy';
import { DEFAULT_CLUSTER } from '../../../../lib/model/cluster';
import type { Edge } from '../../../../lib/model/edge';
import { cilium } from '../../../../lib/render/network/cilium';
import type { RenderedPolicy } from '../../../../lib/render/network/dialect';
import { kubernetes } from '../../../../lib/render/network/kubernetes';
import { type Attempt, ciliumAllows, kubernetesAllows, type Policy } from './evaluate';
import { attempts, ciliumEdges, component, DIRECTIONS, isDns, plainEdges, SUBJECT, saysSo, withEdges } from './model';

/** Every dialect with the edges that it can say, and what lets an attempt pass a policy of it. */
const DIALECTS = [
  {
    dialect: cilium({ version: '1.19' }),
    anEdge: ciliumEdges,
    allows: ({ spec }: RenderedPolicy, attempt: Attempt) => ciliumAllows(here<CiliumNetworkPolicySpec>(spec), attempt),
  },
  {
    dialect: kubernetes(),
    anEdge: plainEdges,
    allows: ({ spec }: RenderedPolicy, attempt: Attempt) => kubernetesAllows(here<NetworkPolicySpec>(spec), attempt),
  },
];

function here<Spec>(spec: RenderedPolicy['spec']): readonly Policy<Spec>[] {
  return [{ namespace: SUBJECT.namespace, spec: spec as unknown as Spec }];
}

/** Rules of a policy; an empty one allows nothing, and only turns the default deny on. */
function rulesOf({ spec }: RenderedPolicy, list: 'ingress' | 'egress'): readonly object[] {
  const rules = (spec as Readonly<Record<string, readonly object[] | undefined>>)[list] ?? [];
  return rules.filter((rule) => Object.keys(rule).length > 0);
}

describe.each(DIALECTS)('in $dialect.name', ({ dialect, anEdge, allows }) => {
  describe.each(DIRECTIONS)('the rendered policy on %s', (direction) => {
    const edges = fc.array(anEdge(direction), { maxLength: 5 });
    const render = (list: readonly Edge[]) => dialect.componentPolicy(withEdges(direction, list), DEFAULT_CLUSTER);

    test('lets nothing through without edges', () => {
      const policy = dialect.componentPolicy(component(), DEFAULT_CLUSTER);
      fc.assert(fc.property(attempts(direction), (attempt) => !allows(policy, attempt)));
    });

    test('allows exactly what the edges say', () => {
      fc.assert(
        fc.property(edges, fc.array(attempts(direction), { minLength: 5, maxLength: 20 }), (list, tries) => {
          const policy = render(list);
          for (const attempt of tries.filter((one) => !isDns(one))) {
            expect([attempt, allows(policy, attempt)]).toEqual([attempt, saysSo(list, attempt)]);
          }
        }),
        { numRuns: 300 },
      );
    });

    test('loses no reach by another edge', () => {
      fc.assert(
        fc.property(edges, anEdge(direction), fc.array(attempts(direction)), (list, further, tries) => {
          const [before, after] = [render(list), render([...list, further])];
          expect(tries.filter((attempt) => allows(before, attempt) && !allows(after, attempt))).toEqual([]);
        }),
      );
    });

    test('does not depend on the order of the edges', () => {
      fc.assert(
        fc.property(edges, (list) => {
          expect(JSON.stringify(render([...list].reverse()))).toBe(JSON.stringify(render(list)));
        }),
      );
    });

    test('says what each rule is for, in the order of the rules', () => {
      fc.assert(
        fc.property(edges, (list) => {
          const policy = render(list);
          expect(policy.ingress).toHaveLength(rulesOf(policy, 'ingress').length);
          expect(policy.egress).toHaveLength(rulesOf(policy, 'egress').length);
        }),
      );
    });
  });

  test('the default deny leaves alone the pods that only observe, and no other', () => {
    const policy = dialect.defaultDeny({ stage: 'enforce', except: [{ label: 'workspace', values: ['ws'] }] });
    const free = (labels: Record<string, string>) =>
      DIRECTIONS.map((direction) =>
        allows(policy, {
          direction,
          pod: { namespace: SUBJECT.namespace, labels },
          far: { pod: SUBJECT },
          protocol: 'TCP',
          port: 443,
        }),
      );
    expect(free({ workspace: 'ws' })).toEqual([true, true]);
    expect(free({ workspace: 'other' })).toEqual([false, false]);
    expect(free({})).toEqual([false, false]);
  });
});
