import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { Workspace } from '../../../../lib/platform/workspace';
import { platform } from '../../platform/build';
import { lines, proofOf, type Spec } from './prove';

describe('names', () => {
  function caller() {
    const root = platform();
    const workspace = new Workspace(root, 'ws');
    workspace.addExecutionPlane([{ peer: Peer.fqdn('api.stripe.com'), ports: [Port.tcp(443)], purpose: 'payments' }]);
    return root;
  }

  const dnsRules = (all: readonly KubeObject[]) =>
    all
      .flatMap(
        ({ spec }) => ((spec as Spec | undefined)?.egress ?? []) as { toPorts?: { rules?: { dns?: object[] } }[] }[],
      )
      .flatMap(({ toPorts = [] }) => toPorts)
      .flatMap(({ rules }) => (rules?.dns === undefined ? [] : [rules.dns]));

  test('that an edge needs have to resolve', () => {
    const change = (all: KubeObject[]) => {
      for (const list of dnsRules(all)) list.splice(0, list.length, { matchName: 'other.example.com' });
      return all;
    };
    const found = lines(proofOf(caller(), change));
    expect(found).toContain(
      'error name-not-resolvable no DNS rule lets ws/execution-plane look up api.stripe.com, which an edge of it needs',
    );
    expect(found).toContain(
      'error name-not-declared DNS rules let ws/execution-plane look up other.example.com, which no edge of it needs',
    );
  });

  test('may not be any', () => {
    const change = (all: KubeObject[]) => {
      for (const list of dnsRules(all)) list.push({ matchPattern: '*' });
      return all;
    };
    expect(lines(proofOf(caller(), change))).toEqual([
      'error name-not-declared DNS rules let ws/execution-plane look up *, which no edge of it needs',
    ]);
  });
});
