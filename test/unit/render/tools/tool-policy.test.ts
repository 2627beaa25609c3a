import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { toolNameProblem } from '../../../../lib/model/tool';
import {
  AUDIT_REASON,
  createPolicyCommand,
  DENIAL_REASON,
  deletePolicyCommand,
  POLICY_FILE,
  type ToolPolicy,
  toolCondition,
  toolPolicy,
  toolPolicyConfigMap,
  toolPolicyFile,
} from '../../../../lib/render/tools/tool-policy';
import { expectProblem, problemOf } from '../../model/refusal';
import { shellWords } from '../identity/posix-shell';
import { type CelEvaluator, celEvaluator } from './cel';

let evaluate: CelEvaluator;
beforeAll(async () => {
  evaluate = await celEvaluator();
});

/** The policy of seed 000, to the letter. */
const SEED = `{
  "schemaVersion": 1,
  "policyId": "pol-tool-allowlist-ws-prod",
  "workspaceId": "ws-production",
  "name": "Production Tool Allowlist",
  "rules": [
    {
      "ruleType": "InlineRule",
      "condition": "tool.name in ['invoice:create', 'invoice:read', 'payment:process', 'ticket:create']",
      "effect": "Allow"
    },
    {
      "ruleType": "InlineRule",
      "condition": "true",
      "effect": "Deny",
      "reason": "Tool not on workspace allowlist."
    }
  ]
}
`;
const TOOLS = ['ticket:create', 'invoice:create', 'invoice:read', 'payment:process'];
const production = toolPolicy({
  workspaceId: 'ws-production',
  policyId: 'pol-tool-allowlist-ws-prod',
  name: 'Production Tool Allowlist',
  tools: TOOLS,
});

/** What the control plane does with a call: the first rule whose condition holds decides. */
function decide(policy: ToolPolicy, tool: string): 'Allow' | 'Deny' | undefined {
  return policy.rules.find(({ condition }) => evaluate(condition, { tool: { name: tool } }) === true)?.effect;
}

test('the file is that of the seed', () => expect(toolPolicyFile(production)).toBe(SEED));

test('ids and names have defaults', () => {
  const { policyId, name, workspaceId } = toolPolicy({ workspaceId: 'ws-a', tools: 'none' });
  expect({ policyId, name, workspaceId }).toEqual({
    policyId: 'pol-tool-allowlist-ws-a',
    name: 'Tool allowlist of ws-a',
    workspaceId: 'ws-a',
  });
});

test("'none' denies every tool", () => {
  const policy = toolPolicy({ workspaceId: 'ws-a', tools: 'none' });
  expect(policy.rules).toEqual([{ ruleType: 'InlineRule', condition: 'true', effect: 'Deny', reason: DENIAL_REASON }]);
  for (const tool of [...TOOLS, '', 'none']) expect(decide(policy, tool)).toBe('Deny');
});

test.each(TOOLS)('%s is let through', (tool) => expect(decide(production, tool)).toBe('Allow'));

test.each(['', 'invoice', 'invoice:', 'invoice:reads', 'Invoice:read', 'invoice:read ', '*', 'invoice:*', "'", 'true'])(
  '%j is denied',
  (tool) => expect(decide(production, tool)).toBe('Deny'),
);

const part = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const tool = fc
  .tuple(part, part)
  .map((parts) => parts.join(':'))
  .filter((name) => toolNameProblem(name) === undefined);

test('exactly what is listed is let through', () => {
  const near = fc.oneof(
    tool,
    fc.constantFrom(...TOOLS.flatMap((name) => [name, `${name}s`, name.toUpperCase(), name.slice(1)])),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(
        near.filter((name) => toolNameProblem(name) === undefined),
        { minLength: 1 },
      ),
      fc.array(fc.oneof(near, fc.string())),
      (tools, asked) => {
        const policy = toolPolicy({ workspaceId: 'ws-a', tools });
        for (const name of tools) expect(decide(policy, name)).toBe('Allow');
        for (const name of asked) expect(decide(policy, name)).toBe(tools.includes(name) ? 'Allow' : 'Deny');
      },
    ),
    { numRuns: 300 },
  );
});

test('a name that slipped past every check is still only a name', () => {
  const forged = fc.oneof(
    fc.constantFrom("a'] || true || tool.name in ['b", "\\'] || true", "a', 'b", "'", '\\', "\\' || 'x' in ['x"),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(
      fc.array(forged, { minLength: 1 }),
      fc.oneof(forged, fc.constantFrom('b', 'a', 'x')),
      (tools, asked) => {
        expect(evaluate(toolCondition(tools), { tool: { name: asked } })).toBe(tools.includes(asked));
      },
    ),
    { numRuns: 300 },
  );
});

test('the order of writing changes nothing', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(TOOLS, { minLength: TOOLS.length }), (tools) => {
      expect(toolPolicy({ ...production, tools })).toEqual(production);
    }),
  );
});

describe('refuses', () => {
  test.each<readonly [Partial<Parameters<typeof toolPolicy>[0]>, RegExp, RegExp]>([
    [{ tools: [] }, /list of tools is empty/, /'none'/],
    [{ tools: ['*'] }, /would allow more tools/, /name each tool/],
    [{ workspaceId: '' }, /workspace id '' is not a plain word/, /letters/],
    [{ workspaceId: 'a b' }, /workspace id 'a b'/, /letters/],
    [{ workspaceId: '--help' }, /workspace id '--help'/, /starting and ending/],
    [{ policyId: 'pol/x' }, /policy id 'pol\/x'/, /letters/],
    [{ policyId: '../x' }, /policy id/, /letters/],
    [{ policyId: `p${'a'.repeat(128)}` }, /policy id/, /at most 128/],
    [{ name: '' }, /the policy name is empty/, /say why/],
    [{ name: 'a\nb' }, /several lines/, /one line/],
  ])('%j', (change, message, fix) => {
    expectProblem(
      problemOf(() => toolPolicy({ workspaceId: 'ws-a', tools: TOOLS, ...change })),
      message,
      fix,
    );
  });
});

test('the ConfigMap holds the file', () => {
  const place = { name: 'tools', namespace: 'portarium-system', labels: { app: 'portarium' } };
  expect(toolPolicyConfigMap(production, place)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: place,
    data: { [POLICY_FILE]: SEED },
  });
  const { labels: _, ...bare } = place;
  expect(toolPolicyConfigMap(production, bare).metadata).toEqual(bare);
});

test('the commands are those of the seed', () => {
  expect(createPolicyCommand(production)).toBe(
    'portarium policy create --file tool-allowlist.json --workspace ws-production',
  );
  expect(deletePolicyCommand(production)).toBe('portarium policy delete --policy-id pol-tool-allowlist-ws-prod');
});

test('a file of any name is one argument', () => {
  expect(shellWords(createPolicyCommand(production, "my file's.json"))[4]).toBe("my file's.json");
  expect(shellWords(createPolicyCommand(production, '-x.json'))[4]).toBe('./-x.json');
});

describe('while a workspace only observes', () => {
  const audited = toolPolicy({ workspaceId: 'ws-a', tools: ['invoice:read'], stage: 'observe' });

  test('every tool is let through, and those off the list with a reason', () => {
    expect(audited.rules).toEqual([
      { ruleType: 'InlineRule', condition: "tool.name in ['invoice:read']", effect: 'Allow' },
      { ruleType: 'InlineRule', condition: 'true', effect: 'Allow', reason: AUDIT_REASON },
    ]);
    for (const tool of [...TOOLS, '', 'none']) expect(decide(audited, tool)).toBe('Allow');
  });

  test("'none' lets every tool through as well", () => {
    const { rules } = toolPolicy({ workspaceId: 'ws-a', tools: 'none', stage: 'observe' });
    expect(rules).toEqual([{ ruleType: 'InlineRule', condition: 'true', effect: 'Allow', reason: AUDIT_REASON }]);
  });

  test('the reason is not the one that alerts look for', () => expect(AUDIT_REASON).not.toContain(DENIAL_REASON));

  test('it keeps to the schema of the guide, so that enforcing changes the last rule alone', () => {
    const enforced = toolPolicy({ workspaceId: 'ws-a', tools: ['invoice:read'], stage: 'enforce' });
    expect(enforced).toEqual({ ...audited, rules: [audited.rules[0], expect.objectContaining({ effect: 'Deny' })] });
  });
});
