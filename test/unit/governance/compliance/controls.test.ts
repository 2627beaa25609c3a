import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONTROLS } from '../../../../lib/governance/compliance/controls';
import type { Settings } from '../environment';
import { itemsOf, reporting } from './reporting';

const { report } = reporting();

describe('controls', () => {
  test('stand on items that there are', () => {
    const judged = report({ stages: ['enforce'] });
    const known = new Set([...itemsOf(judged), ...judged.platform].map(({ id }) => id));
    for (const { items, requirement } of CONTROLS) for (const id of items) expect(known, requirement).toContain(id);
    for (const id of known)
      expect(
        CONTROLS.some(({ items }) => items.includes(id)),
        id,
      ).toBe(true);
  });

  test('are those of seed 003', () => {
    expect(CONTROLS.map(({ framework, requirement }) => `${framework}: ${requirement}`)).toEqual([
      'SOC 2: Access controls',
      'SOC 2: Change management',
      'SOC 2: Monitoring',
      'ISO 27001: Information security policies',
      'ISO 27001: Incident management',
      'NIST CSF: Identify',
      'NIST CSF: Protect',
      'NIST CSF: Detect',
      'NIST CSF: Respond',
      'NIST CSF: Recover',
    ]);
  });

  test('are as good as the worst of their items, in any workspace', () => {
    const state = (settings: Settings, tamper?: (folder: string) => void) =>
      Object.fromEntries(report(settings, tamper).controls.map(({ requirement, status }) => [requirement, status]));
    expect(state({ stages: ['enforce'] })).toMatchObject({ Identify: 'met', Protect: 'live' });
    expect(state({ stages: ['enforce', 'observe'] })).toMatchObject({ Identify: 'met', Protect: 'observed' });
    const broken = state({ stages: ['enforce', 'observe'] }, (folder) =>
      rmSync(join(folder, 'workspaces/ws-0/identity.yaml')),
    );
    expect(broken).toMatchObject({ Protect: 'unmet', Recover: 'live' });
  });
});
