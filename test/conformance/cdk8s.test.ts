import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { repository } from './support';

// The real cdk8s-cli with the validation that `npm run synth` has built. It needs no program of tools/.

const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-cdk8s-'));
const CLI = path.join(repository, 'node_modules/cdk8s-cli/bin/cdk8s');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function synth(manifest: string) {
  writeFileSync(path.join(folder, 'manifest.yaml'), manifest);
  const settings = {
    app: 'mkdir -p dist && cp manifest.yaml dist/app.k8s.yaml',
    language: 'typescript',
    output: 'dist',
    validations: [
      { package: path.join(repository, 'dist/lib/cdk8s-plugin'), version: '0.1.0', class: 'PortcullisValidation' },
    ],
  };
  writeFileSync(path.join(folder, 'cdk8s.yaml'), JSON.stringify(settings));
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'synth', '--check-upgrade=false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: agents\n';
const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: agents }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;

test('cdk8s synth fails on an error, and says where it stands and what to do', () => {
  const { status, output } = synth(NAMESPACE);
  expect(output).toContain('no-default-deny');
  expect(output).toContain('app.k8s.yaml:');
  expect(status).toBe(2);
});

test('and succeeds without one', () => {
  const { status, output } = synth(`${NAMESPACE}---\n${DENY}`);
  expect(output).toContain('Validations ended succesfully');
  expect(status).toBe(0);
});
