import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeRows, type PageRow, parsePage, renderPage } from '../../conformance/table/page';

const REPOSITORY = path.resolve(__dirname, '../../..');
const TOOLS = JSON.parse(readFileSync(path.join(REPOSITORY, 'test/conformance/tools/tools.json'), 'utf8')) as {
  readonly name: string;
  readonly title: string;
  readonly module?: string;
}[];

test('docs/conformance.md is a table of a run in which nothing disagreed', () => {
  const rows = parsePage(readFileSync(path.join(REPOSITORY, 'docs/conformance.md'), 'utf8'));
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    expect(row).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), disagreements: 0 });
    expect(row.cases, row.checked).toBeGreaterThan(0);
    for (const count of Object.values(row.exceptions)) expect(count).toBeLessThan(row.cases);
  }
});

test('docs/conformance.md names tools that there are, in their order, and the versions that are pinned', () => {
  const rows = parsePage(readFileSync(path.join(REPOSITORY, 'docs/conformance.md'), 'utf8'));
  const ranks = rows.map(({ tool }) => TOOLS.findIndex(({ title }) => title === tool));
  expect(ranks).not.toContain(-1);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  for (const { tool, version } of rows) {
    const { name = '', module } = TOOLS.find(({ title }) => title === tool) ?? {};
    if (module === undefined) continue;
    const goMod = readFileSync(path.join(REPOSITORY, 'test/conformance/tools', name, 'go.mod'), 'utf8');
    // The libraries of Kubernetes 1.x.y are published as v0.x.y.
    expect(goMod).toContain(`${module} v${module.startsWith('k8s.io/') ? version.replace(/^1\./, '0.') : version}\n`);
  }
});

const word = fc.stringMatching(/^[a-z][a-z`'., ]{0,8}[a-z]$/);
const counts = fc.dictionary(word, fc.nat(), { maxKeys: 3, noNullPrototype: true });
const row: fc.Arbitrary<PageRow> = fc.record({
  tool: word,
  version: fc.constantFrom('1.2.3', '2.42.0+ds'),
  checked: word,
  cases: fc.nat(),
  disagreements: fc.nat(),
  exceptions: counts,
});
const page = fc.uniqueArray(row, { selector: ({ tool, checked }) => `${tool}|${checked}`, maxLength: 6 });

test('a page is read as it was written', () => {
  fc.assert(
    fc.property(page, (rows) => {
      expect(parsePage(renderPage(rows))).toEqual(rows);
    }),
  );
});

test('a page that was changed by hand is refused', () => {
  const text = renderPage([
    { tool: 'opa', version: '1.2.3', checked: 'x', cases: 1, disagreements: 0, exceptions: {} },
  ]);
  for (const changed of [text.replace('| 1 |', '| many |'), text.replace('A case is', 'A case was'), `${text}\n`]) {
    expect(() => parsePage(changed)).toThrow('UPDATE_DOCS=1');
  }
});

test('the rows of a later run take the place of the earlier ones, and others stay', () => {
  fc.assert(
    fc.property(page, page, (earlier, later) => {
      const merged = mergeRows(earlier, later, []);
      const key = ({ tool, checked }: PageRow) => `${tool}|${checked}`;
      expect(merged.map(key).sort()).toEqual([...new Set([...earlier, ...later].map(key))].sort());
      for (const one of later) expect(merged).toContain(one);
    }),
  );
});
