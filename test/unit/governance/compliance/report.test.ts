import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadManifests, manifestsOf } from '../../../../lib/analysis/load/load';
import { compliance } from '../../../../lib/governance/compliance/compliance';
import { reportOnManifests, reportOnProgram } from '../../../../lib/governance/compliance/report';
import { withRendering } from '../../../../lib/program/rendering';
import { reporting } from './reporting';

const { report, root, subject } = reporting();

describe('a report', () => {
  test('on a program and on its output are the same but for their title', () => {
    const { environment, program } = subject({ stages: ['enforce', 'observe'] });
    const ofProgram = reportOnProgram({ environment, program });
    const output = join(root, 'output');
    withRendering(program, environment, ({ folder }) => cpSync(folder, output, { recursive: true }));
    const ofOutput = reportOnManifests(loadManifests([`${output}/`]), [`${output}/`]);
    expect({ ...ofOutput, title: '' }).toEqual({ ...ofProgram, title: '' });
    expect(ofProgram.findings).toEqual([]);
    expect([ofProgram.title, ofOutput.title]).toEqual(['prod/portarium', `${output}/`]);
  });

  test('says what was forced', () => {
    const forced = '{ layer: egress, workspaces: [ws-0], gates: [routing-compliance], reason: "An incident" }';
    const { workspaces } = report({
      portarium: ['identity: { trustDomain: a.b }', `rollout: { forced: [${forced}] }`],
      stages: ['enforce', 'enforce'],
    });
    expect(workspaces.map((workspace) => workspace.forced)).toEqual([
      [{ layer: 'egress', gates: ['routing-compliance'], reason: 'An incident' }],
      [],
    ]);
  });

  test.each(['', 'x: [', 'schemaVersion: 2', '{ schemaVersion: 1, workspace: ws-0 }'])(
    'names state that it cannot read: %j',
    (text) => {
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'enforcement-ws-0', namespace: 'a', labels: { 'portcullis.dev/workspace': 'ws-0' } },
        data: { 'enforcement.yaml': text },
      };
      const { workspaces, findings } = compliance(manifestsOf([map]));
      expect(workspaces).toEqual([]);
      expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toContain('error enforcement-unreadable');
    },
  );
});
