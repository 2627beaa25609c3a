import { describe, expect, test } from 'vitest';
import { complianceSchema } from '../../../lib/governance/compliance/compliance-schema';
import { complianceAs, reportOnProgram } from '../../../lib/governance/compliance/report';
import { type PlanOptions, planRollout } from '../../../lib/governance/rollout/plan';
import { planAs } from '../../../lib/governance/rollout/plan-format';
import { planSchema } from '../../../lib/governance/rollout/plan-schema';
import { compiled, published, walk } from '../analysis/format/published-schema';
import { environments, KUBERNETES, type Settings } from './environment';

const SCHEMAS = { plan: published(planSchema), compliance: published(complianceSchema) };
const NAMES = ['plan', 'compliance'] as const;

describe.each(NAMES)('the schema of %s', (name) => {
  test('describes every key, and is closed wherever there are keys', () => {
    const all = walk(SCHEMAS[name]);
    const keys = all.filter(([path]) => /\.\w+$/.test(path));
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
    const open = all.filter(
      ([, { type, additionalProperties }]) => type === 'object' && additionalProperties !== false,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });
});

const { subject } = environments();
const FORCED = '{ layer: egress, workspaces: [ws-0], gates: [routing-compliance], reason: "a | b `c`" }';
const CASES: readonly (readonly [string, Settings, PlanOptions])[] = [
  ['a step that is refused', { stages: ['observe', undefined] }, {}],
  ['a step that is forced', { stages: ['observe'] }, { reason: 'a | b `c`' }],
  ['the way back', { stages: ['enforce'] }, { back: true }],
  ['nothing to do', { stages: ['enforce'] }, {}],
  [
    'plain Kubernetes without identities',
    { head: KUBERNETES, portarium: [`rollout: { forced: [${FORCED}] }`], stages: ['observe'] },
    {},
  ],
];

describe.each(CASES)('%s', (_, settings, options) => {
  const found = subject(settings);
  const plan = planRollout(found, options);
  const report = reportOnProgram(found);

  test('as JSON is as the schemas say, and nothing more', () => {
    for (const [name, text] of [
      ['plan', planAs('json', plan)],
      ['compliance', complianceAs('json', report)],
    ] as const) {
      const validate = compiled(SCHEMAS[name]);
      const data = JSON.parse(text);
      expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({ ...data, further: 1 })).toBe(false);
      const { schemaVersion: __, ...unversioned } = data;
      expect(validate(unversioned)).toBe(false);
    }
  });

  test('as Markdown has tables whose rows all have as many cells', () => {
    for (const text of [planAs('markdown', plan), complianceAs('markdown', report)]) {
      let columns: number | undefined;
      for (const line of text.split('\n')) {
        if (!line.startsWith('|')) {
          columns = undefined;
          continue;
        }
        const cells = line.replaceAll('\\|', '').split('|').length;
        expect(cells, line).toBe(columns ?? cells);
        columns = cells;
      }
    }
  });

  test('as text names every gate and every object', () => {
    const text = planAs('text', plan);
    for (const { id, state } of plan.step?.gates ?? []) expect(text).toMatch(new RegExp(`^  ${state} +${id}: `, 'm'));
    for (const { object, change } of plan.step?.objects ?? []) expect(text).toContain(`${change.padEnd(7)}  ${object}`);
    expect(
      text.startsWith(plan.step === undefined ? 'prod: nothing is left to do\n' : `prod: ${plan.step.layer} of `),
    ).toBe(true);
  });
});

test('objects that go are to be deleted, since apply deletes nothing', () => {
  const head = `${KUBERNETES}policyController: { name: calico }\n`;
  const plan = planRollout(subject({ head, stages: ['enforce', '{ tools: observe, mtls: observe }'] }), {
    back: true,
    layer: 'egress',
    workspaces: ['ws-1'],
  });
  const commands = ['agent', 'default-deny', 'execution-plane'].map(
    (name) => `kubectl -n ws-1 delete networkpolicy ${name}`,
  );
  for (const command of commands) {
    expect(planAs('text', plan)).toContain(`           $ ${command}\n`);
    expect(planAs('markdown', plan)).toContain(command);
  }
});
