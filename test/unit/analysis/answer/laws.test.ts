import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Analysis, analyse } from '../../../../lib/analysis/analysis';
import { diff } from '../../../../lib/analysis/answer/diff';
import { explain } from '../../../../lib/analysis/answer/explain';
import { parsePeer } from '../../../../lib/analysis/answer/peer';
import { reach } from '../../../../lib/analysis/answer/reach';
import { workloadLabel } from '../../../../lib/analysis/answer/reach-end';
import { workloadsOf } from '../../../../lib/analysis/answer/resolve';
import { manifests, networkPolicy } from './cluster';

const NAMESPACES = ['a', 'b'];
const APPS = ['x', 'y', 'z'];
const PODS = Object.fromEntries(
  NAMESPACES.flatMap((namespace) => APPS.map((app) => [`${namespace}/${app}`, { kind: 'Deployment' }])),
);

const selector = fc.constantFrom('{}', ...APPS.map((app) => `{ matchLabels: { app: ${app} } }`));
const peer = fc.oneof(
  selector.map((pods) => `{ podSelector: ${pods} }`),
  fc.tuple(selector, fc.constantFrom(...NAMESPACES)).map(([pods, namespace]) => {
    return `{ podSelector: ${pods}, namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } } }`;
  }),
  fc.constantFrom('{ ipBlock: { cidr: 0.0.0.0/0 } }', '{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }'),
);
const rule = (field: string) =>
  fc
    .tuple(
      fc.array(peer, { maxLength: 2 }),
      fc.array(fc.constantFrom('{ port: 80 }', '{ port: 79, endPort: 90 }'), { maxLength: 2 }),
    )
    .map(([peers, ports]) => `{ ${field}: [${peers}], ports: [${ports}] }`);
const policy = fc
  .tuple(
    fc.constantFrom(...NAMESPACES),
    selector,
    fc.array(rule('from'), { maxLength: 2 }),
    fc.array(rule('to'), { maxLength: 2 }),
  )
  .map(([namespace, pods, ingress, egress]) => ({
    namespace,
    spec: `{ podSelector: ${pods}, policyTypes: [Ingress, Egress], ingress: [${ingress}], egress: [${egress}] }`,
  }));
const state = fc
  .array(policy, { maxLength: 5 })
  .map((list) =>
    manifests(PODS, list.map(({ namespace, spec }, index) => networkPolicy(`${namespace}/p${index}`, spec)).join('')),
  );

function pairs(analysis: Analysis): Map<string, string> {
  const found = new Map<string, string>();
  for (const { from, to, segments } of reach(analysis)) {
    if (from.kind === 'workload' && to.kind === 'workload')
      found.set(`${from.label} ${to.label}`, JSON.stringify(segments));
  }
  return found;
}

test('pairs are those of the graph, no more and no fewer', () => {
  fc.assert(
    fc.property(state, (given) => {
      const analysis = analyse(given);
      const expected = new Map<string, string>();
      for (const from of workloadsOf(analysis)) {
        for (const to of workloadsOf(analysis)) {
          const [source, target] = [analysis.universe.endOf(from), analysis.universe.endOf(to)] as [number, number];
          const { segments } = analysis.graph.between(source, target);
          if (segments.length > 0)
            expected.set(`${workloadLabel(from)} ${workloadLabel(to)}`, JSON.stringify(segments));
        }
      }
      expect(new Map([...pairs(analysis)].sort())).toEqual(new Map([...expected].sort()));
    }),
    { numRuns: 60 },
  );
});

test('the verdict on a port is that of the pair', () => {
  const ends = fc.constantFrom(...Object.keys(PODS));
  fc.assert(
    fc.property(state, ends, ends, fc.constantFrom(79, 80, 443), (given, from, to, port) => {
      const analysis = analyse(given);
      const asked = {
        from: parsePeer(from),
        to: parsePeer(to),
        port: { protocol: 'TCP', first: port, last: port },
      } as const;
      const { verdicts } = explain(analysis, asked);
      expect(verdicts).toHaveLength(1);
      const isReached = [...reach(analysis, asked)].length > 0;
      expect(verdicts[0]?.allowed).toBe(isReached ? 'yes' : 'no');
      // Both halves are open exactly if the whole is.
      const halves = [verdicts[0]?.egress?.allowed, verdicts[0]?.ingress?.allowed];
      expect(halves.every((half) => half === 'yes')).toBe(isReached);
    }),
    { numRuns: 100 },
  );
});

test('a state does not differ from itself, and what one change opens its reverse closes', () => {
  const opposite = { added: 'removed', removed: 'added', widened: 'narrowed', narrowed: 'widened' };
  fc.assert(
    fc.property(state, state, (before, after) => {
      expect(diff(before, before).groups).toEqual([]);
      const sums = (groups: ReturnType<typeof diff>['groups'], rename: (kind: string) => string) => {
        const found: Record<string, number> = {};
        for (const { kind, pairs: count } of groups) found[rename(kind)] = (found[rename(kind)] ?? 0) + count;
        return found;
      };
      const forth = sums(diff(before, after).groups, (kind) => kind);
      const back = sums(diff(after, before).groups, (kind) => opposite[kind as keyof typeof opposite]);
      expect(back).toEqual(forth);
    }),
    { numRuns: 60 },
  );
});

test('a difference counts the pairs that appear and disappear', () => {
  fc.assert(
    fc.property(state, state, (before, after) => {
      const [old, now] = [pairs(analyse(before)), pairs(analyse(after))];
      const count = (kind: string) =>
        diff(before, after)
          .groups.filter(
            ({ kind: is, from, to }) => is === kind && from.kind === 'workloads' && to.kind === 'workloads',
          )
          .reduce((sum, group) => sum + group.pairs, 0);
      expect(count('added')).toBe([...now.keys()].filter((key) => !old.has(key)).length);
      expect(count('removed')).toBe([...old.keys()].filter((key) => !now.has(key)).length);
    }),
    { numRuns: 60 },
  );
});
