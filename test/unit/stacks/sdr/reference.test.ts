import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cilium, Sdr, synthesize } from '../../../../lib';

/** The specification's objects, one file each. */
const SPECIFICATION = join(__dirname, 'specification');
const FILES = readdirSync(SPECIFICATION).sort();

let outdir: string;

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'portcullis-sdr-'));
  const app = new App({ outdir });
  new Sdr(app, 'clawdstrike', { dialect: cilium({ version: '1.19' }), profile: 'reference' });
  synthesize(app);
});

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

test('writes exactly the eleven files of the specification', () => {
  expect(FILES).toHaveLength(11);
  expect(readdirSync(join(outdir, 'cilium-policies')).sort()).toEqual(FILES);
});

describe('each object equals the specification', () => {
  test.each(FILES)('%s', (file) => {
    const rendered = parse(readFileSync(join(outdir, 'cilium-policies', file), 'utf8'));
    for (const key of Object.keys(rendered.metadata?.annotations ?? {})) expect(key).toMatch(/^portcullis\.dev\//);
    if (rendered.metadata !== undefined) delete rendered.metadata.annotations;
    expect(rendered).toStrictEqual(parse(readFileSync(join(SPECIFICATION, file), 'utf8')));
  });
});
