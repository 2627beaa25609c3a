import { describe, expect, test } from 'vitest';
import { Component } from '../../../lib/platform/component';
import { egressSections } from '../../../lib/platform/egress-section';
import { Service } from '../../../lib/platform/service';
import { Workspace, type WorkspaceProps } from '../../../lib/platform/workspace';
import { egressTable, platform } from './build';

describe('the sections of the egress table', () => {
  test('are what belongs to no workspace, then each workspace', () => {
    const root = platform();
    const ws = new Workspace(root, 'ws-b');
    new Service(root, 'control-plane', { namespace: 'system' });
    new Workspace(root, 'ws-a').addExecutionPlane('none');
    new Component(ws, 'notebook', { title: 'ws-b/notebook', namespace: 'ws-b', selector: { app: 'notebook' } });
    expect(
      [...egressSections(root)].map(({ heading, components }) => [heading, components.map(({ title }) => title)]),
    ).toEqual([
      ['Platform', ['control-plane']],
      ['Workspace ws-b', ['ws-b/agent', 'ws-b/notebook']],
      ['Workspace ws-a', ['ws-a/agent', 'ws-a/execution-plane']],
    ]);
  });

  test('hold the components of the nearest workspace, where one is inside of another', () => {
    const root = platform();
    new Workspace(new Workspace(root, 'outer'), 'inner');
    expect(
      [...egressSections(root)].map(({ heading, components }) => [heading, components.map(({ title }) => title)]),
    ).toEqual([
      ['Workspace outer', ['outer/agent']],
      ['Workspace inner', ['inner/agent']],
    ]);
  });

  test('leave out what others manage', () => {
    const root = platform();
    new Service(root, 'vault', { namespace: 'vault', managed: false });
    expect([...egressSections(root)]).toEqual([]);
  });

  test('list the labels that pods carry, and the edges that leave them', () => {
    const root = platform();
    const service = new Service(root, 'a', { namespace: 'x' });
    const edge = service.allowTo(service, { ports: [{ protocol: 'TCP', port: 80 }], purpose: 'p' });
    const [section] = egressSections(root);
    expect(section?.components).toEqual([
      { title: 'a', labels: { 'app.kubernetes.io/component': 'a' }, edges: [edge] },
    ]);
  });

  test.each<readonly [WorkspaceProps, readonly string[]]>([
    [{}, ['Isolated by namespace, in namespace `ws`', 'Stage: enforce']],
    [{ owner: 'team-a' }, ['Owner: team-a', 'Isolated by namespace, in namespace `ws`', 'Stage: enforce']],
    [
      { isolation: 'label', namespace: 'shared', stage: 'observe' },
      ['Isolated by label, in namespace `shared`', 'Stage: observe (nothing below is enforced yet)'],
    ],
  ])('of a workspace with %j begin with %j', (props, facts) => {
    const root = platform();
    new Workspace(root, 'ws', props);
    expect([...egressSections(root)][0]?.facts).toEqual(facts);
  });

  test('do not let an owner write into the table', () => {
    const root = platform();
    new Workspace(root, 'ws', { owner: 'team ## Workspace forged | a | <b> |' });
    const headings = egressTable(root)
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(headings).toEqual(['# Egress', '## Workspace ws']);
    expect(egressTable(root)).toContain('- Owner: team ## Workspace forged \\| a \\| \\<b> \\|\n');
  });
});
