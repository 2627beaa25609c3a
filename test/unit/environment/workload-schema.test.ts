import { describe, expect, test } from 'vitest';
import { loadEnvironments } from '../../../lib/environment';
import { formatFinding } from '../../../lib/finding';
import { folderOfTest } from '../synth/support';
import { settings, writeFolder } from './refusal';

/** What loading a file says, or the environment. */
function load(text: string) {
  const folder = folderOfTest();
  writeFolder(folder, { 'test.yaml': text });
  const { environments, findings } = loadEnvironments(folder);
  return {
    environment: environments[0],
    errors: findings.map((one) => formatFinding(one).replaceAll(`${folder}/`, '')),
  };
}

const CILIUM = settings();
const KUBERNETES = CILIUM.replace('  kind: cilium\n  version: "1.19"', '  kind: kubernetes');
const AUTHORIZATION = `  authorization: { image: registry.example.com/opa@sha256:${'0'.repeat(64)} }\n`;
const ADMISSION = '  admission: { deployer: { users: [ci] } }\n';

describe('tools', () => {
  test.each([
    ['nothing said', CILIUM, { cilium: true, spire: false, kyverno: false, opa: false }],
    ['nothing said', KUBERNETES, { cilium: false }],
    ['an identity', `${CILIUM}  identity: { trustDomain: example.org }\n`, { spire: true }],
    ['kyverno', `tools: { kyverno: true }\n${CILIUM}${ADMISSION}`, { kyverno: true, opa: false }],
    ['opa', `tools: { opa: true }\n${CILIUM}${AUTHORIZATION}`, { kyverno: false, opa: true }],
  ])('with %s are what the rest of the file says', (_, text, expected) => {
    expect(load(text).environment?.tools).toMatchObject(expected);
  });

  test.each([
    [true, 'kyverno'],
    [false, 'kubernetes'],
  ])('kyverno: %s chooses what holds the admission policies', (kyverno, engine) => {
    const { environment } = load(`tools: { kyverno: ${kyverno} }\n${CILIUM}${ADMISSION}`);
    expect(environment?.portarium?.admission?.engine).toBe(engine);
  });

  test.each([
    [`tools: { cilium: false }\n${CILIUM}`, /test\.yaml:1:\d+: error: cilium is off, and the dialect needs it/],
    [
      `tools: { spire: false }\n${CILIUM}  identity: { trustDomain: example.org }\n`,
      /spire is off, and portarium\.identity needs it/,
    ],
    [
      `tools: { kyverno: false }\n${CILIUM}  admission: { deployer: { users: [ci] }, distroless: { bases: [gcr.io/d/] } }\n`,
      /kyverno is off, and portarium\.admission\.distroless needs it/,
    ],
    [`tools: { cilium: true }\n${KUBERNETES}`, /cilium is on, and nothing here uses it/],
    [`tools: { kyverno: true }\n${CILIUM}`, /kyverno is on, and nothing here uses it; say portarium\.admission/],
    [`tools: { opa: true }\n${CILIUM}`, /opa is on, and nothing here uses it; say portarium\.authorization/],
    [`tools: { opa: false }\n${CILIUM}${AUTHORIZATION}`, /opa is off, and portarium\.authorization needs it/],
    [`tools: { gatekeeper: true }\n${CILIUM}`, /gatekeeper/],
  ])('are refused that contradict it: %s', (text, message) => {
    const { errors } = load(text);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
  });
});

describe('refuses, with the line', () => {
  test.each([
    ['  registries: [ghcr.io/ours]\n', /registry 'ghcr\.io\/ours' does not end in a slash/],
    ['  registries: []\n', /list of registries is empty/],
    ['  admission: { deployer: {} }\n', /nobody may change what the program rendered/],
    ['  admission: { deployer: { groups: ["system:authenticated"] } }\n', /is not the deployer alone/],
    ['  orchestrator: { tokenLifetime: 86400 }\n', /a token for 86400 seconds/],
    ['  orchestrator: { tokenAudience: "" }\n', /audience ''/],
    ['  orchestrator: { rateLimit: { requestsPerSecond: 0 } }\n', /no limit/],
  ])('%s', (line, message) => {
    const { errors } = load(CILIUM + line);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(message);
    expect(errors[0]).toMatch(/^test\.yaml:\d+:\d+: error: /);
  });

  test('a quota that is none, and a version that is none', () => {
    expect(load(settings({ quota: '{ cpu: 0 }' })).errors[0]).toMatch(/the quota of cpu is 0/);
    expect(load(`cluster: { kubernetes: v1.33 }\n${CILIUM}`).errors[0]).toMatch(/'v1\.33' is not a minor version/);
  });
});
