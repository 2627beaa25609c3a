import { join } from 'node:path';
import { App } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cilium, kubernetes, Peer, Platform, Port, Service, Workspace } from '../../../lib';
import { synthesize } from '../../../lib/synth/synthesize';
import { emptyProgram, filesIn, folderOfTest, manifest } from './support';

describe('the same bytes come out', () => {
  const dialects = [cilium({ version: '1.19' }), kubernetes()];

  function build(dialect = dialects[0], order: readonly number[] = [0, 1, 2, 3, 4]): Record<string, string> {
    const program = new App({ outdir: join(folderOfTest(), 'out') });
    const platform = new Platform(program, 'platform', { dialect: dialect ?? kubernetes() });
    const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    const collector = new Service(platform, 'collector', { namespace: 'observability', ports: [Port.tcp(4317)] });
    const [payments, ledger] = ['ws-payments', 'ws-ledger'].map((id) => new Workspace(platform, id));
    const edges = [
      () => payments?.agents.allowTo(vault, { purpose: 'credential retrieval' }),
      () => ledger?.agents.allowTo(vault, { purpose: 'credential retrieval' }),
      () => collector.allowFrom(payments?.agents as never, { purpose: 'traces' }),
      () => vault.allowTo(collector, { purpose: 'audit log' }),
      () => ledger?.agents.allowTo(Peer.cidr('203.0.113.0/24'), { ports: [Port.tcp(443)], purpose: 'read invoices' }),
    ];
    for (const index of order) edges[index]?.();
    const { outdir } = synthesize(program);
    return filesIn(outdir);
  }

  test.each(dialects)('of the same program ($name)', (dialect) => {
    expect(build(dialect)).toEqual(build(dialect));
  });

  test.each(dialects)('in whatever order the edges are declared ($name)', (dialect) => {
    const expected = build(dialect);
    expect(Object.keys(expected)).toContain('network-policies/vault.yaml');
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        expect(build(dialect, order)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test('in whatever order other files are declared', () => {
    const files = (order: readonly string[]) => {
      const { out, app, chart } = emptyProgram();
      for (const file of order) manifest(chart, file, { file: `${file}.yaml` });
      synthesize(app);
      return Object.entries(filesIn(out)).filter(([file]) => /^\w\.yaml$/.test(file));
    };
    expect(files(['c', 'a', 'b'])).toEqual(files(['a', 'b', 'c']));
  });
});
