import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyse, check, loadManifests, RULES, type Rule } from '../../../lib/analysis';
import { cnp, np } from './rules/build';

/** Finds every policy, at its name. */
const everyPolicy: Rule = {
  id: 'every-policy',
  severity: 'info',
  title: 'A policy',
  *check({ manifests }) {
    for (const { object, source } of [...manifests.policies].reverse()) {
      const { name, namespace } = object.metadata;
      const at = { object: `${object.kind} ${namespace}/${name}`, source, path: ['metadata', 'name'] };
      yield { at, message: 'a policy', fix: 'none' };
      yield { at: { ...at, path: [] }, message: 'here it is', fix: 'none', severity: 'warning' };
    }
  },
};

function inFolder<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-check-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('findings come by file and line, with object, severity and construct', () => {
  const files = {
    'b.yaml': np('a', 'second', 'podSelector: {}'),
    'a.yaml': np('a', 'first', 'podSelector: {}'),
    'index.json': JSON.stringify({
      schemaVersion: 1,
      files: [
        {
          file: 'a.yaml',
          objects: [
            {
              apiVersion: 'networking.k8s.io/v1',
              kind: 'NetworkPolicy',
              namespace: 'a',
              name: 'first',
              construct: 'x/y',
            },
          ],
        },
      ],
    }),
  };
  const found = inFolder(files, (folder) => {
    const { findings } = check(analyse(loadManifests([folder])), { rules: [everyPolicy] });
    return findings.map((finding) => ({ ...finding, where: JSON.stringify(finding.where).replace(folder, '') }));
  });
  expect(found.map(({ where, severity, message }) => [where, severity, message])).toEqual([
    ['{"file":"/a.yaml","line":2}', 'warning', 'here it is'],
    ['{"file":"/a.yaml","line":5}', 'info', 'a policy'],
    ['{"file":"/b.yaml","line":2}', 'warning', 'here it is'],
    ['{"file":"/b.yaml","line":5}', 'info', 'a policy'],
  ]);
  expect(found[0]).toMatchObject({ rule: 'every-policy', object: 'NetworkPolicy a/first' });
});

test('all rules run unless some are named', () => {
  const yaml = cnp('a', 'p', 'endpointSelector: {}\negress:\n- toEntities: [world]');
  const analysis = analyse(loadManifests(['-'], { stdin: () => yaml }));
  expect(check(analysis).findings.map(({ rule }) => rule)).toContain('world-egress');
  expect(check(analysis, { rules: [] }).findings).toEqual([]);
});

test('rules have ids of their own, in order', () => {
  const ids = RULES.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});
