import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { Port } from '../../../../lib/model/port';
import { Service } from '../../../../lib/platform/service';
import { Workspace } from '../../../../lib/platform/workspace';
import { platform } from '../../platform/build';
import { lines, proofOf } from './prove';

describe('accepted differences', () => {
  function accepting(reason: string, rule: string) {
    const root = platform();
    const vault = new Service(root, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    new Workspace(root, 'ws').agents.allowTo(vault, { purpose: 'credentials' });
    root.acceptDifference({ rule, from: 'ws/*', to: 'vault/vault', reason });
    return root;
  }
  const withoutVault = (all: KubeObject[]) => all.filter(({ metadata }) => metadata.name !== 'vault');

  test('are notes with their reason', () => {
    const proof = proofOf(accepting('it is being moved', 'declared-not-reachable'), withoutVault);
    expect(proof.findings).toContainEqual(expect.objectContaining({ severity: 'info', fix: 'it is being moved' }));
    expect(proof.accepted).toBe(1);
  });

  test('that are none any more are errors', () => {
    expect(lines(proofOf(accepting('it is being moved', 'declared-not-reachable')))).toEqual([
      "error stale-difference the difference 'declared-not-reachable' from ws/* to vault/vault is accepted, and there is none",
    ]);
  });

  test('of another kind do not count', () => {
    const found = lines(proofOf(accepting('x', 'requests-refused'), withoutVault));
    expect(found.filter((line) => line.startsWith('error declared-not-reachable'))).toHaveLength(1);
  });
});
