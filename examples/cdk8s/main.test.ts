import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { synthesize } from 'portcullis';
import { analyse, loadManifests } from 'portcullis/analysis';
import { agents } from './main';

test('the workspaces are denied by default and reach what they were allowed', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const { objects, findings } = synthesize(agents({ outdir }));
    assert.deepEqual(findings, []);
    assert.equal(objects, 13);
    const analysis = analyse(loadManifests([outdir]));
    assert.deepEqual(analysis.findings, []);
    assert.equal(analysis.dialect.kind, 'cilium');
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
