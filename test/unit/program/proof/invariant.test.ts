import { describe, expect, test } from 'vitest';
import { Port } from '../../../../lib/model/port';
import { Service } from '../../../../lib/platform/service';
import { Workspace } from '../../../../lib/platform/workspace';
import { platform } from '../../platform/build';
import { lines, proofOf } from './prove';

describe('invariants', () => {
  function withLedger(stage: 'enforce' | 'observe', declares: boolean) {
    const root = platform();
    const ledger = new Service(root, 'ledger', { namespace: 'ledger', ports: [Port.tcp(443)] });
    const workspace = new Workspace(root, 'ws', { stage });
    root.invariant('agents never reach the ledger', ({ agents }) => [{ holds: 'never', from: agents, to: [ledger] }]);
    if (declares) workspace.agents.allowTo(ledger, { purpose: 'by mistake' });
    return root;
  }

  test('hold', () => expect(lines(proofOf(withLedger('enforce', false)))).toEqual([]));

  test('that an edge breaks are errors, at the workspace', () => {
    const { findings } = proofOf(withLedger('enforce', true));
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'invariant-broken',
        severity: 'error',
        message: "'agents never reach the ledger' does not hold: from ws/agent to ledger/ledger, TCP 443 gets through",
      }),
    ]);
  });

  test('are notes as long as the workspace only observes', () => {
    const { findings } = proofOf(withLedger('observe', true));
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['info invariant-not-enforced']);
  });

  test.each([
    ['always', [Port.tcp(8200)], []],
    ['always', [Port.tcp(9999)], ['TCP 9999 does not get through']],
    ['never', [Port.tcp(9999)], []],
    ['never', [Port.tcp(8200)], ['TCP 8200 gets through']],
    ['authenticated', undefined, ['TCP 8200 gets through without authentication']],
  ] as const)('say %s %j', (holds, ports, expected) => {
    const root = platform();
    const vault = new Service(root, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    new Workspace(root, 'ws').agents.allowTo(vault, { purpose: 'credentials' });
    root.invariant('it holds', ({ agents }) => [
      { holds, from: agents, to: vault, ...(ports === undefined ? {} : { ports }) },
    ]);
    expect(lines(proofOf(root))).toEqual(
      expected.map((what) => `error invariant-broken 'it holds' does not hold: from ws/agent to vault/vault, ${what}`),
    );
  });
});
