import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkLock } from '../../../../lib/governance/lock/check-lock';
import type { Locked } from '../../../../lib/governance/lock/entry';
import { lockedByPrograms } from '../../../../lib/governance/lock/programs';
import { writeLock } from '../../../../lib/governance/lock/write-lock';
import { standardProgram } from '../../../../lib/governance/standard-program';
import { temporaryFolder } from '../../environment/refusal';

const PROD = `dialect: { kind: cilium, version: "1.19" }
tools: { kyverno: true }
cluster:
  dns: { namespace: kube-system }
  searchDomains: [compute.internal]
portarium:
  registries: [ghcr.io/acme/, quay.io/agents/]
  admission:
    deployer: { serviceAccounts: [argocd/controller] }
    distroless:
      bases: [gcr.io/distroless/]
      provenance: { issuer: "https://ci.example.com", subject: "https://ci.example.com/release" }
  identity:
    trustDomain: acme.example
    federatesWith: [partner.example]
  authorization:
    onFailure: deny
    image: ghcr.io/acme/opa@sha256:3f1c6b0c8d9e47a2b5d8e6f70913a4c2d5e6f7081920a3b4c5d6e7f8091a2b3c
  egressPolicy: { enforce: true }
  workspaces:
    - id: ws-a
      tools: ["invoice:read", "invoice:pay"]
      MachineExecutionPolicyV1: { egressAllowlist: none }
      authorization:
        tasks:
          - { task: read-invoices, capabilities: ["invoice:read"], purpose: Books }
        messages:
          - { workspace: ws-b, purpose: Questions }
        vaults:
          - { vault: ledger, purpose: Books }
        delegations:
          - { to: adviser, capabilities: ["invoice:read"], purpose: Taxes }
        reads:
          - { workspace: ws-b, purpose: Answers }
    - id: ws-b
      tools: none
      MachineExecutionPolicyV1: { egressAllowlist: none }
    - id: ws-c
      tools: none
      MachineExecutionPolicyV1: { egressAllowlist: none }
`;

const folder = temporaryFolder();
const file = join(folder, 'prod.yaml');

function allowed(settings: string): readonly Locked[] {
  writeFileSync(file, settings);
  return lockedByPrograms({ programs: [standardProgram], environments: folder });
}

const approved = writeLock(allowed(PROD));

test('what was approved is approved', () => {
  expect(checkLock(allowed(PROD), approved, 'the.lock')).toMatchObject({ drifts: [], findings: [] });
});

const GRANT = 'prod/portarium grant ws-a/agent';
const TRUST = 'prod/portarium trust';

test.each<[text: string, by: string, drift: string, at?: string]>([
  [
    'capabilities: ["invoice:read"], purpose: Books',
    'capabilities: ["invoice:pay", "invoice:read"], purpose: Books',
    `widened ${GRANT} task read-invoices with=invoice:pay,invoice:read`,
    'task: read-invoices',
  ],
  [
    'capabilities: ["invoice:read"], purpose: Taxes',
    'capabilities: ["invoice:pay", "invoice:read"], purpose: Taxes',
    `widened ${GRANT} delegation adviser with=invoice:pay,invoice:read`,
    'to: adviser',
  ],
  ['task: read-invoices', 'task: pay-invoices', `added ${GRANT} task pay-invoices with=invoice:read`, 'pay-invoices'],
  ['{ workspace: ws-b, purpose: Q', '{ workspace: ws-c, purpose: Q', `added ${GRANT} message ws-c/agent`, 'Questions'],
  ['vault: ledger', 'vault: salaries', `added ${GRANT} vault salaries`, 'salaries'],
  ['to: adviser', 'to: stranger', `added ${GRANT} delegation stranger with=invoice:read`, 'stranger'],
  ['{ workspace: ws-b, purpose: A', '{ workspace: ws-c, purpose: A', `added ${GRANT} read ws-c`, 'Answers'],
  ['onFailure: deny', 'onFailure: builtInPolicy', 'added prod/portarium exemption built-in-policy control-plane'],
  ['enforce: true', 'enforce: false', 'added prod/portarium exemption observe-guards ws-a', 'id: ws-a'],
  ['quay.io/agents/', 'quay.io/', `widened ${TRUST} registry quay.io/`, 'quay.io/'],
  ['quay.io/agents/', 'docker.io/', `added ${TRUST} registry docker.io/`, 'docker.io/'],
  ['  registries: [ghcr.io/acme/, quay.io/agents/]\n', '', 'added prod/portarium exemption any-registry portarium'],
  ['gcr.io/distroless/', 'gcr.io/', `widened ${TRUST} image-base gcr.io/`, 'gcr.io/'],
  [
    'https://ci.example.com"',
    'https://evil.example"',
    `added ${TRUST} image-issuer https://evil.example`,
    'https://evil',
  ],
  ['com/release', 'com/test', `added ${TRUST} image-builder https://ci.example.com/test`, 'com/test'],
  ['argocd/controller', 'default/default', `added ${TRUST} deployer default/default`, 'default/default'],
  ['[partner.example]', '[other.example]', `added ${TRUST} trust-domain other.example`, 'other.example'],
  ['[compute.internal]', '[evil.example]', `added ${TRUST} search-domain evil.example`, 'evil.example'],
  ['namespace: kube-system', 'namespace: evil', `added ${TRUST} dns evil/{k8s-app=kube-dns}:udp/53`],
])('%s as %s fails the check', (text, by, expected, at) => {
  const settings = PROD.replace(text, by);
  expect(settings).not.toBe(PROD);
  const drift = checkLock(allowed(settings), approved, 'the.lock').drifts.find(
    ({ kind, line }) => `${kind} ${line}` === expected,
  );
  const line = at === undefined ? undefined : settings.split('\n').findIndex((one) => one.includes(at)) + 1;
  expect(drift?.where).toMatchObject({ file, ...(line === undefined ? {} : { line }) });
});
