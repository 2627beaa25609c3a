import { describe, expect, test } from 'vitest';
import { type IDENTITY_FORMATS, identityAs } from '../../../../lib/analysis/format/identity-format';
import { identitySchema } from '../../../../lib/analysis/format/identity-schema';
import { clusterSpiffeId, clusterSpiffeIdOf, deployment, entry, registration, verify } from '../identity/build';
import { compiled, published, walk } from './published-schema';

const NOTHING: readonly unknown[] = [];
const OBJECTS = [deployment('shop/web'), clusterSpiffeIdOf('shop/web', { ttl: '1h0m0s', hint: 'web' })];

function written(format: (typeof IDENTITY_FORMATS)[number], objects: readonly unknown[]): string {
  return [...identityAs(format, { ...verify(...objects), objects: objects.length })].join('');
}

describe('text', () => {
  test('a paragraph for each entry, and a sum', () => {
    expect(written('text', OBJECTS)).toBe(`spiffe://td.test/shop/web
  by         ClusterSPIFFEID web  (objects):2
  for        k8s:ns:shop k8s:sa:web pods{app=web} namespaces{kubernetes.io/metadata.name=shop}
  issued to  shop/web[Deployment]
  lives      X.509 1h0m0s
nothing found; 1 entry in 2 objects
`);
  });

  test('what is wrong comes after the entries, each with its place', () => {
    const text = written('text', [
      deployment('shop/web'),
      clusterSpiffeId('any', { spiffeIDTemplate: 'spiffe://td/x' }),
    ]);
    expect(text).toMatch(/^spiffe:\/\/td\/x\n {2}by {9}ClusterSPIFFEID any .*\n {2}for {8}\(every pod\)\n/);
    expect(text).toMatch(
      /\n\(objects\):2\n {2}error: .*\n {2}→ .* \(identity-by-label-alone\)\n1 error; 1 entry in 2 /,
    );
  });

  test('many workloads are counted, none are said to be none', () => {
    const many = Array.from({ length: 8 }, (_, index) => deployment(`shop/web-${index}`, { app: 'web' }, 'web'));
    expect(written('text', [...many, clusterSpiffeIdOf('shop/web')])).toContain('shop/web-4[Deployment], 3 more\n');
    expect(written('text', [clusterSpiffeIdOf('shop/web')])).toContain('issued to  (nobody)\n');
    expect(written('text', [entry('spiffe://td.test/x', ['unix:uid:1'])])).toContain('issued to  (unknown');
    expect(written('text', NOTHING)).toBe(
      'nothing here registers an identity\nnothing found; 0 entries in 0 objects\n',
    );
  });
});

describe('json', () => {
  const schema = published(identitySchema);
  const validate = compiled(schema);

  test('describes every key, and knows no other', () => {
    const all = walk(schema);
    const keys = all.filter(([path]) => /\.\w+$/.test(path));
    expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
    const maps = all.filter(([, { type, properties }]) => type === 'object' && properties !== undefined);
    expect(maps.filter(([, { additionalProperties }]) => additionalProperties !== false)).toEqual([]);
  });

  const JOB = registration([
    { spiffe_id: 'spiffe://td.test/x', parent_id: 'spiffe://td.test/y', selectors: [{ type: 'k8s', value: 'ns:a' }] },
  ]);
  const CASES = [
    ['nothing', NOTHING],
    ['a resource', OBJECTS],
    ['a Job, with findings', JOB],
    ['a selector without anything', [clusterSpiffeIdOf('shop/web', { podSelector: {}, fallback: true })]],
  ] as const;

  test.each(CASES)('%s is as the schema says', (_, objects) => {
    const data = JSON.parse(written('json', objects));
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...data, further: 1 })).toBe(false);
  });

  test('holds what was found', () => {
    expect(JSON.parse(written('json', JOB))).toMatchObject({
      schemaVersion: 1,
      objects: 2,
      entries: [{ spiffeId: 'spiffe://td.test/x', registrar: 'Job', selectors: ['k8s:ns:a'], workloads: [] }],
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'parent-not-registered' })]),
    });
  });
});
