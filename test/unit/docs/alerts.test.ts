import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { alertPage } from '../../../lib/render/observability/alert-page';
import { alertsOf } from '../../../lib/render/observability/all-alerts';
import { PLATFORMS } from '../render/observability/platforms';

const ROOT = resolve(__dirname, '../../..');
const FILE = join(ROOT, 'docs/alerts.md');
const PAGE = readFileSync(FILE, 'utf8');
const MARKER = /<!-- generated: .* -->\n/.exec(PAGE);
const WRITTEN = PAGE.slice(0, (MARKER?.index ?? 0) + (MARKER?.[0].length ?? 0));

/** Every alert that any platform has. */
const ALERTS = [
  ...new Map(
    Object.values(PLATFORMS)
      .reverse()
      .flatMap((platform) => alertsOf(platform).alerts)
      .map((alert) => [alert.name, alert]),
  ).values(),
].sort((a, b) => (a.name < b.name ? -1 : 1));

test('the page has a section for every alert, as it is rendered', async () => {
  expect(MARKER).not.toBeNull();
  await expect(`${WRITTEN}\n${[...alertPage(ALERTS, [])].join('').replace(/^# Alerts\n\n/, '')}`).toMatchFileSnapshot(
    FILE,
  );
});

test('the page lists every rule that alerts can break, and no other', () => {
  const sources = ['alert-check.ts', 'promql/check.ts'].map((file) => join(ROOT, 'lib/render/observability', file));
  const stack = join(ROOT, 'lib/stacks/portarium/observability.ts');
  const text = [...sources, stack].map((file) => readFileSync(file, 'utf8')).join('');
  const rules = new Set([...text.matchAll(/rule: '([a-z-]+)'/g)].map(([, rule]) => rule));
  const listed = [...WRITTEN.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \| /gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, rule]) => rule),
  );
  expect(new Set(listed)).toEqual(rules);
});

test('no exporter is catalogued without being part of the catalogue', () => {
  const folder = join(ROOT, 'lib/render/observability/catalogue');
  const index = readFileSync(join(folder, 'catalogue.ts'), 'utf8');
  const files = readdirSync(folder).filter((file) =>
    /^export const [A-Z_]+: readonly Metric\[\]/m.test(readFileSync(join(folder, file), 'utf8')),
  );
  for (const file of files.filter((one) => one !== 'catalogue.ts'))
    expect(index).toContain(`'./${file.replace('.ts', '')}'`);
});
