import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTool, manifests, requireManifests, run } from '../support';
import { row } from '../table/row';
import { installDefinitions } from './definitions';
import { environments, foreignNamespaces, makeNamespaces, renderedObjects, roots } from './rendered';
import { ApiServer } from './server';

const READY =
  hasTool('etcd') &&
  hasTool('kube-apiserver') &&
  hasTool('kubectl') &&
  hasTool('cilium-crds') &&
  hasTool('kyverno-crds') &&
  hasTool('prometheus-operator-crds');

/**
 * What kubectl says to everybody who writes `sortOptions`, since it always sets an order of its own; and to those who write
 * `commonLabels`, which the reference environment keeps because the specification wrote it.
 */
const OF_KUBECTL = /Sorting order is set both in|^# Warning: 'commonLabels' is deprecated/;

describe.skipIf(!READY)('kubectl apply -k --dry-run=server', () => {
  const count = row('kubectl', '`kubectl apply -k --dry-run=server` takes every root without a warning');
  const all = environments().flatMap(roots);
  let server: ApiServer;

  beforeAll(async () => {
    requireManifests();
    server = await ApiServer.start();
    await installDefinitions(server.client);
    // Nothing can be tried in a namespace that is not there: those of the program itself have to come first as well.
    for (const environment of environments()) {
      const objects = renderedObjects(environment);
      await makeNamespaces(server.client, foreignNamespaces(objects));
      const file = path.join(server.folder, `${environment}.json`);
      const items = objects.filter(({ kind }) => kind === 'Namespace');
      writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      expect(run('kubectl', ['--kubeconfig', server.kubeconfig, 'apply', '-f', file])).toMatchObject({ code: 0 });
    }
  });

  afterAll(() => server.stop());

  it('has roots to apply', () => {
    expect(all).toHaveLength(6);
  });

  it.each(all)('takes %s', (root) => {
    const { code, stdout, stderr } = run('kubectl', [
      ...['--kubeconfig', server.kubeconfig, 'apply', '-k', path.join(manifests, root)],
      ...['--dry-run=server', '--validate=strict', '--warnings-as-errors', '--output=name'],
    ]);
    expect(stderr.split('\n').filter((line) => line !== '' && !OF_KUBECTL.test(line))).toEqual([]);
    expect(code).toBe(0);
    const names = stdout.trim().split('\n');
    expect(names.length).toBeGreaterThan(5);
    count.cases(names.length);
  });
});
