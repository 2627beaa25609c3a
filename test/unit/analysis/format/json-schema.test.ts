import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../lib/analysis/analysis';
import { diff } from '../../../../lib/analysis/answer/diff';
import { explain } from '../../../../lib/analysis/answer/explain';
import { interestOf, parsePeer } from '../../../../lib/analysis/answer/peer';
import { parsePort } from '../../../../lib/analysis/answer/port-query';
import { reach } from '../../../../lib/analysis/answer/reach';
import { check } from '../../../../lib/analysis/check';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import { checkJson } from '../../../../lib/analysis/format/check-json';
import { diffJson } from '../../../../lib/analysis/format/diff-json';
import { explainJson } from '../../../../lib/analysis/format/explain-json';
import { checkSchema, diffSchema, explainSchema, reachSchema } from '../../../../lib/analysis/format/json-schema';
import { reachJson } from '../../../../lib/analysis/format/reach-json';
import type { Manifests } from '../../../../lib/analysis/load/manifests';
import { cluster } from '../naive/arbitrary';
import { compiled, published, type Validate, walk } from './published-schema';

const SCHEMAS = {
  reach: published(reachSchema),
  explain: published(explainSchema),
  diff: published(diffSchema),
  check: published(checkSchema),
};
type Command = keyof typeof SCHEMAS;
const COMMANDS = Object.keys(SCHEMAS) as readonly Command[];
const VALIDATE = Object.fromEntries(COMMANDS.map((command) => [command, compiled(SCHEMAS[command])])) as Readonly<
  Record<Command, Validate>
>;

describe.each(COMMANDS)('the schema of %s', (command) => {
  test('describes every key', () => {
    const keys = walk(SCHEMAS[command]).filter(([path]) => /\.\w+$/.test(path));
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
  });

  test('is closed wherever there are keys', () => {
    const maps = walk(SCHEMAS[command]).filter(([, { type }]) => type === 'object');
    expect(maps.length).toBeGreaterThan(3);
    expect(maps.filter(([, { additionalProperties }]) => additionalProperties !== false).map(([path]) => path)).toEqual(
      [],
    );
  });
});

const DIALECTS: readonly AnalysisDialect[] = [{ kind: 'kubernetes' }, { kind: 'cilium', version: '1.19' }];

/** What every command prints about two states of a cluster. */
function printed(before: Manifests, after: Manifests, dialect: AnalysisDialect): Readonly<Record<Command, unknown>> {
  const world = parsePeer('world');
  const api = parsePeer('api.example.com');
  const analysis = analyse(after, { dialect, ...interestOf(dialect.kind === 'cilium' ? api : undefined) });
  const from = parsePeer(`${after.workloads[0]?.namespace}/`);
  const to = dialect.kind === 'cilium' ? api : world;
  const suppressions = [{ rule: 'no-default-deny', reason: 'somebody said so' }];
  const report = { ...check(analysis, { suppressions }), dialect, objects: 1, policies: 1 };
  const texts = {
    reach: [...reachJson(reach(analysis, { grants: true }), analysis)].join(''),
    explain: explainJson(explain(analysis, { from, to, port: parsePort('tcp') }), analysis),
    diff: diffJson(diff(before, after, { dialect })),
    check: checkJson({ ...report, findings: [...analysis.findings, ...report.findings] }),
  };
  return Object.fromEntries(Object.entries(texts).map(([command, text]) => [command, JSON.parse(text)])) as Record<
    Command,
    unknown
  >;
}

describe.each(DIALECTS)('what is printed for $kind', (dialect) => {
  test('is as the schemas say', () => {
    fc.assert(
      fc.property(cluster(dialect), cluster(dialect), (before, after) => {
        const data = printed(before, after, dialect);
        for (const command of COMMANDS) {
          const isValid = VALIDATE[command](data[command]);
          expect(isValid, `${command}: ${JSON.stringify(VALIDATE[command].errors)}`).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('has no key that the schemas do not know, and none of those that have to be there can be missing', () => {
    fc.assert(
      fc.property(cluster(dialect), cluster(dialect), fc.nat(), (before, after, seed) => {
        const data = printed(before, after, dialect);
        for (const command of COMMANDS) {
          const text = JSON.stringify(data[command]);
          const count = objectsIn(JSON.parse(text)).length;
          const more = JSON.parse(text);
          Object.assign(objectsIn(more)[seed % count] as object, { further: true });
          expect(VALIDATE[command](more), `${command} with a further key in object ${seed % count}`).toBe(false);
          const { schemaVersion: _, ...unversioned } = JSON.parse(text);
          expect(VALIDATE[command](unversioned)).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** Every object in a value, itself first. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value, ...inside];
}
