import { readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatAddress } from '../../lib/analysis/address/address-range';
import { analyse } from '../../lib/analysis/analysis';
import { loadManifests } from '../../lib/analysis/load/load';
import type { Manifests } from '../../lib/analysis/load/manifests';
import { namePatternMatches } from '../../lib/analysis/universe/name-pattern';
import { cluster, ENTITIES, pairsOf } from '../unit/analysis/naive/arbitrary';
import type { End } from '../unit/analysis/naive/evaluate';
import { CILIUM, type Comparison, compare } from './engine/compare';
import { Engine } from './engine/engine';
import { EXCUSED_AT_MOST } from './engine/excuses';
import { namesIn } from './engine/requests';
import { hasTool, manifests as rendered, requireManifests } from './support';
import { type Row, row } from './table/row';

/** More of them find rarer differences: `NUM_RUNS=10000 npm run conformance -- cilium-engine.test.ts`. */
const RUNS = Number(process.env.NUM_RUNS ?? 1000);
/** The same clusters every time, so that a gate does not fail for luck; `SEED=3` gives others. */
const SEED = Number(process.env.SEED ?? 1);
const LONG = 3_600_000;

describe.skipIf(!hasTool('cilium-engine'))("the analysis and Cilium's policy engine", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = new Engine();
  });
  afterAll(() => engine.stop());

  describe('random clusters', () => {
    const counted = row('cilium-engine', 'agrees with the analysis about packets in random clusters');

    test(
      'agree about random clusters',
      async () => {
        const sum = new Sum();
        await fc.assert(
          fc.asyncProperty(cluster(CILIUM), async (manifests) => {
            const result = await compare(engine, manifests, pairsOf(manifests));
            sum.add(result);
            expect(result.disagreements.slice(0, 3), shown(manifests)).toEqual([]);
          }),
          { numRuns: RUNS, seed: SEED },
        );
        console.log(sum.toString());
        // A comparison of nothing would agree, too.
        const { flows = 0, allowed = 0, proxied = 0, authenticated = 0, requests = 0 } = sum.counts;
        expect(Math.min(flows / 1000, allowed / 1000, proxied / 5, authenticated / 5, requests / 5)).toBeGreaterThan(
          RUNS,
        );
        for (const [, count] of sum.excused) expect(count).toBeLessThan(flows * EXCUSED_AT_MOST);
        sum.write(counted);
      },
      LONG,
    );
  });

  describe('what is rendered', () => {
    const counted = row('cilium-engine', 'agrees with the analysis about packets in every rendered program');

    test('agree about everything that is rendered', async () => {
      requireManifests();
      const sum = new Sum();
      for (const folder of programs()) {
        const loaded = loadManifests([folder]);
        // Where there are no workloads, the analysis imagines some.
        const { manifests } = analyse(loaded, { dialect: CILIUM });
        const result = await compare(engine, manifests, pairsOf(manifests, outside(manifests)));
        sum.add(result);
        expect(result.disagreements.slice(0, 3), folder).toEqual([]);
        expect(result, folder).toMatchObject({ refused: 0, uncomputable: 0 });
      }
      console.log(sum.toString());
      expect(sum.counts.allowed).toBeGreaterThan(1000);
      expect(sum.counts.requests).toBeGreaterThan(0);
      sum.write(counted);
    });
  });

  describe('names', () => {
    const counted = row('cilium-engine', 'matches names of hosts with patterns as the analysis does');

    test('match names with patterns alike', async () => {
      const label = fc.stringMatching(/^[-_a-cA-C0*]{1,3}$/);
      const dotted = (part: fc.Arbitrary<string>, first: fc.Arbitrary<string>) =>
        fc.tuple(first, fc.array(part, { maxLength: 3 })).map(([head, tail]) => [head, ...tail].join('.'));
      const plain = label.map((text) => text.replaceAll('*', 'a'));
      const dot = fc.constantFrom('', '.');
      const pattern = fc.tuple(dotted(label, fc.oneof(label, fc.constantFrom('*', '**', '***'))), dot);
      const name = fc.tuple(dotted(plain, plain), dot);
      const sample = (count: number, texts: fc.Arbitrary<[string, string]>) =>
        fc.sample(texts, count).map((parts) => parts.join(''));
      let matching = 0;
      let matched = 0;
      for (let round = 0; round < 40; round += 1) {
        const patterns = sample(50, pattern);
        const names = [
          ...sample(100, name),
          ...patterns.map((text) => text.replaceAll('*', round % 2 === 0 ? 'b' : '')),
        ];
        const questions = patterns.map((matchPattern) => ({ matchPattern, names: names.filter(isName) }));
        for (const [index, answer] of (await engine.match(questions)).entries()) {
          const { matchPattern = '', names: asked = [] } = questions[index] ?? {};
          const ours = asked.map((each) => (namePatternMatches(matchPattern, each, CILIUM) ? 'y' : 'n')).join('');
          expect({ matchPattern, asked, answer }).toEqual({ matchPattern, asked, answer: { matches: ours } });
          matched += asked.length;
          matching += ours.replaceAll('n', '').length;
        }
      }
      expect(matching).toBeGreaterThan(1000);
      counted.cases(matched);
    });
  });
});

/** Whether every label has a letter. */
function isName(text: string): boolean {
  return /^[^.]+(?:\.[^.]+)*\.?$/.test(text);
}

/** The folders of dist/manifests that hold one program for one environment. */
function programs(): string[] {
  return readdirSync(rendered).flatMap((environment) => {
    const folder = path.join(rendered, environment);
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(folder, name));
  });
}

/** An address of every kind that policies tell apart, the names that they mention, and all entities. */
function outside(manifests: Manifests): End[] {
  const { universe } = analyse(manifests, { dialect: CILIUM });
  const addresses = universe.ends.flatMap((end) => (end.kind === 'addresses' ? end.ranges.slice(0, 1) : []));
  return [
    ...addresses.map((range) => ({ address: formatAddress(range.family, range.first) })),
    ...['stray.example.org', ...namesIn(manifests)].map((host) => ({ host })),
    ...ENTITIES.map((entity) => ({ entity })),
  ];
}

/** What comparisons of many clusters counted. */
class Sum {
  readonly counts: Record<string, number> = {};
  private readonly reasons: Record<string, number> = {};

  get excused(): readonly (readonly [string, number])[] {
    return Object.entries(this.reasons);
  }

  add({ disagreements: _, excused, ...counts }: Comparison): void {
    for (const [name, count] of Object.entries(counts)) this.counts[name] = (this.counts[name] ?? 0) + count;
    for (const [name, count] of Object.entries(excused)) this.reasons[name] = (this.reasons[name] ?? 0) + count;
  }

  /** Puts the packets, and those about which the analysis is laxer on purpose, into the table. */
  write(row: Row): void {
    row.cases(this.counts.flows ?? 0);
    for (const [reason, count] of this.excused) row.exception(reason, count);
  }

  toString(): string {
    const list = (record: Record<string, number>) => Object.entries(record).map(([name, count]) => `${count} ${name}`);
    return `${list(this.counts).join(', ')}; laxer on purpose: ${list(this.reasons).join(', ') || 'never'}`;
  }
}

/** The cluster without what no policy looks at. */
function shown({ namespaces, workloads, services, policies, cidrGroups }: Manifests): string {
  return JSON.stringify({
    namespaces: namespaces.map(({ name, labels }) => ({ name, labels })),
    workloads: workloads.map(({ kind: _, ...workload }) => workload),
    services: services.map(({ source: _, ...service }) => service),
    policies: policies.map(({ object }) => object),
    cidrGroups: cidrGroups.map(({ object }) => object),
  });
}
