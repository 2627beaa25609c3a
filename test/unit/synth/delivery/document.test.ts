import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { AdmissionPolicies, argo, type Delivery, flux } from '../../../../lib';
import { synthesize } from '../../../../lib/synth/synthesize';
import { vaultApp, written } from './build';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-document-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SETTINGS = { name: 'agents', path: 'out' };
const REPOSITORY = 'https://git.example.com/manifests.git';

test.each<[string, Delivery | undefined]>([
  ['nobody', undefined],
  ['Argo CD', argo({ ...SETTINGS, repository: REPOSITORY })],
  ['Flux', flux({ ...SETTINGS, source: { name: 'manifests' } })],
])('the tests of admission policies name the files of the policies, delivered by %s', (name, delivery) => {
  const outdir = join(folder, name);
  const { app, platform } = vaultApp(outdir);
  new AdmissionPolicies(platform, 'admission', { deployer: { users: ['ci'] } });
  synthesize(app, delivery === undefined ? {} : { delivery });
  const index = parseAllDocuments(readFileSync(join(outdir, 'admission/tests/kyverno-test.yaml'), 'utf8'));
  const named = index.flatMap((document) => (document.toJS() as { policies: readonly string[] }).policies);
  const files = [...new Set(named)].map((file) => posix.join('admission/tests', file));
  const kinds = files.map(
    (file) =>
      new Set(
        written(outdir)
          .get(file)
          ?.map(({ kind }) => kind),
      ),
  );
  expect(kinds).toEqual([new Set(['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'])]);
});
