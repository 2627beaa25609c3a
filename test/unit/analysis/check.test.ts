import { createHash } from 'node:crypto';
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
  const first = np('a', 'first', 'podSelector: {}');
  const files = {
    'b.yaml': np('a', 'second', 'podSelector: {}'),
    'a.yaml': first,
    'index.json': JSON.stringify({
      schemaVersion: 1,
      files: [
        {
          file: 'a.yaml',
          sha256: createHash('sha256').update(first).digest('hex'),
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
  expect(found[0]).toMatchObject({ rule: 'every-policy', object: 'NetworkPolicy a/first', construct: 'x/y' });
  expect(found[2]).toMatchObject({ rule: 'every-policy', object: 'NetworkPolicy a/second' });
  expect(found[2]).not.toHaveProperty('construct');
});

test('findings at one line come by rule and message, those that are suppressed as well', () => {
  const messages = ['second', 'first'];
  const rule = (id: string): Rule => ({
    id,
    severity: 'info',
    title: 'Something',
    *check({ manifests: { policies } }) {
      for (const { source } of policies) {
        for (const message of messages) yield { at: { object: 'x', source, path: [] }, message, fix: 'none' };
      }
    },
  });
  const rules = [rule('later'), rule('earlier')];
  const analysis = analyse(loadManifests(['-'], { stdin: () => np('a', 'p', 'podSelector: {}') }));
  const inOrder = ['earlier first', 'earlier second', 'later first', 'later second'];
  const { findings } = check(analysis, { rules });
  expect(findings.map(({ rule: id, message }) => `${id} ${message}`)).toEqual(inOrder);
  const suppressions = rules.map(({ id }) => ({ rule: id, reason: 'meant' }));
  const { suppressed, findings: left } = check(analysis, { rules, suppressions });
  expect(suppressed.map(({ finding }) => `${finding.rule} ${finding.message}`)).toEqual(inOrder);
  expect(left).toEqual([]);
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
