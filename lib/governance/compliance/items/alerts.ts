import type { Manifest } from '../../../analysis/load/manifests';
import { type Facts, type PlatformItem, placeIn, resultOf } from '../item';

/** The alerts of seed 000. */
const ALERTS = [
  'DirectSorCallDetected',
  'EgressPolicyViolation',
  'MtlsHandshakeFailure',
  'ToolAllowlistDenial',
] as const;

/** Seed 000, validation: "All monitoring alerts configured and tested." */
export const alerts: PlatformItem = {
  id: 'alerts',
  title: 'All monitoring alerts are configured and tested',
  judge: (facts) => {
    const rules = facts.manifests.alerting ?? [];
    const found = rules.flatMap((rule) => alertsOf(rule).map((name) => ({ name, rule })));
    const missing = ALERTS.filter((alert) => !found.some(({ name }) => name === alert));
    const live = [
      {
        command: "kubectl get prometheusrules -A -o jsonpath='{.items[*].spec.groups[*].rules[*].alert}'",
        expected: `${ALERTS.join(', ')} among them`,
      },
      { command: 'promtool test rules <the rule tests beside the alerts>', expected: 'SUCCESS' },
    ];
    const evidence = rules.length === 0 ? [] : [evidenceOf(facts, found)];
    // Without any rule in these manifests, alerts are somebody else's business; with some, the list has to be whole.
    const problems = rules.length > 0 && missing.length > 0 ? [`there is no alert ${missing.join(', ')}`] : [];
    return resultOf('live', { evidence, problems, live });
  },
};

function evidenceOf(facts: Facts, found: readonly { readonly name: string; readonly rule: Manifest }[]) {
  const places = [...new Set(found.map(({ rule }) => placeIn(facts, rule.source)))];
  const names = [...new Set(found.map(({ name }) => name))];
  return { by: 'file', says: `${names.length} alerts are rendered: ${names.join(', ')}`, places } as const;
}

/** Names of alerts; what is not written as the operator reads it holds none. */
function alertsOf({ object }: Manifest): readonly string[] {
  return list(field(object.spec, 'groups'))
    .flatMap((group) => list(field(group, 'rules')))
    .map((rule) => field(rule, 'alert'))
    .filter((alert) => typeof alert === 'string');
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
