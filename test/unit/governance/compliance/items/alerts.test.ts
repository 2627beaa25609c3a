import { describe, expect, test } from 'vitest';
import { manifestsOf } from '../../../../../lib/analysis/load/load';
import { compliance } from '../../../../../lib/governance/compliance/compliance';
import { item } from '../reporting';

describe('alerts', () => {
  const rule = (...names: readonly string[]) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'portarium', namespace: 'monitoring' },
    spec: { groups: [{ name: 'portarium', rules: [{ record: 'x' }, ...names.map((alert) => ({ alert }))] }] },
  });
  const SEED = ['DirectSorCallDetected', 'EgressPolicyViolation', 'MtlsHandshakeFailure', 'ToolAllowlistDenial'];

  test('that are rendered are evidence', () => {
    const judged = item(compliance(manifestsOf([rule(...SEED)])), 'alerts');
    expect(judged.status).toBe('live');
    expect(judged.evidence[0]?.says).toBe(`4 alerts are rendered: ${SEED.join(', ')}`);
  });

  test('that are missing among those that are rendered are a finding', () => {
    const judged = compliance(manifestsOf([rule('EgressPolicyViolation')]));
    expect(item(judged, 'alerts')).toMatchObject({
      status: 'unmet',
      problems: ['there is no alert DirectSorCallDetected, MtlsHandshakeFailure, ToolAllowlistDenial'],
    });
  });

  test.each([{}, { groups: 1 }, { groups: [{ rules: {} }] }, { groups: [null] }])(
    'that nobody can read are none: %j',
    (spec) => {
      expect(item(compliance(manifestsOf([{ ...rule(), spec }])), 'alerts').status).toBe('unmet');
    },
  );
});
