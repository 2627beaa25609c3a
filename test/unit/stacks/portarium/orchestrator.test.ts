import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cilium, Portarium, type PortariumSettings } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { ORCHESTRATOR_POLICY_FILE, type OrchestratorSubject } from '../../../../lib/render/orchestrator/policy';
import { plan } from '../../../../lib/synth/synthesize';

const WORKSPACES: PortariumSettings['workspaces'] = [
  { id: 'ws-own', tools: ['invoice:read'], egressAllowlist: 'none' },
  { id: 'ws-shared', tools: 'none', egressAllowlist: 'none', isolation: 'label' },
];

function build(settings: Partial<PortariumSettings>): readonly KubeObject[] {
  const app = new App();
  new Portarium(app, 'portarium', { dialect: cilium({ version: '1.19' }), workspaces: WORKSPACES, ...settings });
  return plan(app).manifests.flatMap(({ objects }) => objects.map((object) => object.toJson() as KubeObject));
}

describe.each<readonly [string, Partial<PortariumSettings>]>([
  ['with identities', { identity: { trustDomain: 'portarium.dev' } }],
  ['with tokens alone', {}],
])('%s', (_, settings) => {
  const objects = build({ orchestrator: {}, ...settings });
  const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');

  test('every service account that the control plane lets in is rendered, once', () => {
    const policies = objects.flatMap((object) => {
      const { data } = object as { readonly data?: Readonly<Record<string, string>> };
      const text = data?.[ORCHESTRATOR_POLICY_FILE];
      return text === undefined ? [] : [parse(text)];
    });
    const subjects = (JSON.stringify(policies).match(/system:serviceaccount:[a-z:-]+/g) ?? []).sort();
    expect(policies).toHaveLength(1);
    expect(new Set(subjects).size).toBe(4);
    const users: OrchestratorSubject['user'][] = accounts.map(
      ({ metadata: { namespace, name } }) => `system:serviceaccount:${namespace}:${name}`,
    );
    expect(users.sort()).toEqual(subjects);
  });

  test('and none of them is given a token for the API server', () => {
    expect(
      accounts.map((account) => (account as { automountServiceAccountToken?: boolean }).automountServiceAccountToken),
    ).toEqual(accounts.map(() => false));
  });
});
