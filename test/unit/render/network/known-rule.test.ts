import { expect, test, vi } from 'vitest';
import type { EdgeEnd } from '../../../../lib/model/edge';
import { Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { KnownRules } from '../../../../lib/render/network/known-rule';
import { describeRule, type PolicyRule } from '../../../../lib/render/network/rule';

const PORTS = Object.freeze([Port.tcp(8200)]);
const vault: EdgeEnd = Object.freeze({ peer: Peer.namespace('vault'), title: 'vault', managed: false });
const rule: PolicyRule = { kind: 'namespace', ends: [vault], ports: PORTS, purpose: 'secrets' };

/** Renders what the rule is, so that two rules that differ render differently. */
const rendering = () =>
  vi.fn((one: PolicyRule, stage: string) => ({
    to: one.ends.map(({ title }) => title),
    ports: one.ports.map(({ port }) => port),
    authentication: one.authentication,
    l7: one.l7,
    stage,
  }));

test('a rule that comes again is rendered once', () => {
  const render = rendering();
  const rules = new KnownRules(render);
  const first = rules.get(rule, 'enforce');
  expect(rules.get({ ...rule }, 'enforce').rule).toBe(first.rule);
  expect(render).toHaveBeenCalledTimes(1);
  expect(Object.isFrozen(first.rule)).toBe(true);
});

test('a rule for another purpose has a line of its own, and is the same rule, however many there are', () => {
  const rules = new KnownRules(rendering());
  const first = rules.get(rule, 'enforce');
  expect(first.line).toBe('vault: TCP 8200 (secrets)');
  for (let count = 0; count < 40; count++) {
    const other = rules.get({ ...rule, purpose: `keys of ${count}` }, 'enforce');
    expect(other.line).toBe(`vault: TCP 8200 (keys of ${count})`);
    expect(other.rule).toBe(first.rule);
  }
});

test.each<[string, PolicyRule, 'enforce' | 'observe']>([
  ['another stage', rule, 'observe'],
  ['other ports', { ...rule, ports: [Port.tcp(443)] }, 'enforce'],
  ['authentication', { ...rule, authentication: 'required' }, 'enforce'],
  ['requests', { ...rule, l7: { http: [{ method: 'GET' }] } }, 'enforce'],
  ['another end', { ...rule, ends: [{ ...vault, title: 'other' }] }, 'enforce'],
  ['a second end', { ...rule, ends: [vault, { ...vault, title: 'other' }] }, 'enforce'],
])('%s is another rule', (_, other, stage) => {
  const render = rendering();
  const rules = new KnownRules(render);
  rules.get(rule, 'enforce');
  expect(rules.get(other, stage)).toMatchObject({ rule: render(other, stage), line: describeRule(other) });
});

test('more ends than it remembers are rendered all the same', () => {
  const rules = new KnownRules(rendering());
  for (let index = 0; index < 3000; index++) {
    const end = { ...vault, title: `end-${index}` };
    expect(rules.get({ ...rule, ends: [end] }, 'enforce').rule.to).toEqual([end.title]);
  }
});
