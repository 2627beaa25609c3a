import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { WORKLOAD_RULES } from '../../../../lib/kube/workload-rule/index';
import { type OrchestratorPolicy, orchestratorPolicy } from '../../../../lib/render/orchestrator/policy';
import { expectProblem, problemOf } from '../../model/refusal';

const agent = (workspace: string, tools: readonly string[] = []) => ({
  user: `system:serviceaccount:${workspace}:agent`,
  workspace,
  tools,
});
const POLICY: OrchestratorPolicy = {
  tokens: { audience: 'control-plane' },
  rateLimit: {},
  subjects: [agent('ws-b', ['b:read', 'a:read']), agent('ws-a')],
  containers: {},
};

test('lets nobody do what it does not say', () => {
  expect(parse(orchestratorPolicy(POLICY))).toEqual({
    schemaVersion: 1,
    tokenValidation: {
      method: 'TokenReview',
      onEveryRequest: true,
      audiences: ['control-plane'],
      maximumLifetimeSeconds: 3600,
      rejectUnbound: true,
    },
    authorization: {
      default: 'deny',
      subjects: [agent('ws-a'), { ...agent('ws-b'), tools: ['a:read', 'b:read'] }],
    },
    rateLimit: { per: 'subject', requestsPerSecond: 10, burst: 20, whenExceeded: 'reject' },
    containerValidation: { default: 'deny', rules: WORKLOAD_RULES.map(({ id }) => id) },
  });
});

test('says where images may come from, if anybody has said so', () => {
  const policy = { ...POLICY, containers: { registries: ['ghcr.io/ours/'] } };
  expect(parse(orchestratorPolicy(policy)).containerValidation.registries).toEqual(['ghcr.io/ours/']);
});

test('is the same whatever the order of declaration', () => {
  const reversed = { ...POLICY, subjects: [...POLICY.subjects].reverse() };
  expect(orchestratorPolicy(reversed)).toBe(orchestratorPolicy(POLICY));
});

describe('refuses', () => {
  test.each<[Partial<OrchestratorPolicy>, RegExp]>([
    [{ tokens: { audience: '' } }, /audience/],
    [{ tokens: { audience: 'a', lifetime: 86_400 } }, /86400 seconds/],
    [{ rateLimit: { requestsPerSecond: 0 } }, /no limit/],
    [{ rateLimit: { requestsPerSecond: Number.POSITIVE_INFINITY } }, /no limit/],
    [{ rateLimit: { requestsPerSecond: 30 } }, /a burst of 20/],
    [{ rateLimit: { burst: 10.5 } }, /a burst of 10.5/],
    [{ subjects: [agent('ws-a'), { ...agent('ws-a'), workspace: 'ws-b' }] }, /stands for two workspaces/],
  ])('%j', (change, message) => {
    expectProblem(
      problemOf(() => orchestratorPolicy({ ...POLICY, ...change })),
      message,
      /\w/,
    );
  });
});
