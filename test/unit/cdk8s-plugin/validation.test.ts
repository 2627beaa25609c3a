import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PortcullisValidation, type PortcullisValidationProps, type Violation } from '../../../lib/cdk8s-plugin';
import { InvalidValueError } from '../../../lib/finding';
import { folderOfTest } from '../synth/support';

const OPEN = `apiVersion: v1
kind: Namespace
metadata:
  name: agents
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: agent
  namespace: agents
spec:
  template:
    metadata:
      labels:
        app: agent
    spec:
      containers: [{ name: it, image: "ghcr.io/it@sha256:${'0'.repeat(64)}" }]
`;

const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: agents }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;

function write(files: Readonly<Record<string, string>>): { folder: string; manifests: readonly string[] } {
  const folder = folderOfTest();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return {
    folder,
    manifests: Object.keys(files)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => join(folder, name)),
  };
}

async function validate(files: Readonly<Record<string, string>>, props: PortcullisValidationProps = {}) {
  const { folder, manifests } = write(files);
  const violations: Violation[] = [];
  const submitted: unknown[] = [];
  await new PortcullisValidation(props).validate({
    manifests,
    report: {
      addViolation: (violation) => violations.push(violation),
      submit: (status, metadata) => submitted.push({ status, metadata }),
    },
  });
  return { folder, violations, submitted };
}

const INDEX = '{ "schemaVersion": 1, "files": [] }';

describe('a synthesis', () => {
  test('with an error fails, with the file, the line and what to do', async () => {
    const { folder, violations, submitted } = await validate({ 'app.yaml': OPEN });
    expect(submitted).toEqual([
      { status: 'failure', metadata: expect.objectContaining({ 'error findings': expect.any(String) }) },
    ]);
    const denial = violations.find(({ ruleName }) => ruleName === 'no-default-deny');
    expect(denial?.recommendation).toContain('everybody may reach');
    expect(denial?.fix).toContain('denies ingress by default');
    expect(denial?.violatingResources).toEqual([
      {
        resourceName: 'Namespace agents',
        locations: [expect.stringContaining(`${join(folder, 'app.yaml')}:`)],
        manifestPath: join(folder, 'app.yaml'),
      },
    ]);
  });

  test('without one succeeds', async () => {
    const { violations, submitted } = await validate({ 'app.yaml': `${OPEN}---\n${DENY}` });
    expect(violations).toEqual([]);
    expect(submitted).toMatchObject([{ status: 'success', metadata: { 'error findings': '0' } }]);
  });

  test('that excludes an output says so', async () => {
    const exclude = [{ folder: 'reference', reason: 'for comparison' }];
    const files = { 'reference/app.yaml': OPEN, 'reference/index.json': INDEX };
    expect((await validate(files)).submitted).toMatchObject([{ status: 'failure' }]);
    const { submitted } = await validate(files, { exclude });
    expect(submitted).toMatchObject([
      { status: 'success', metadata: { 'not checked': expect.stringMatching(/reference$/) } },
    ]);
  });

  test('of two environments is judged one at a time', async () => {
    const written = {
      'dev/app.yaml': OPEN,
      'dev/index.json': INDEX,
      'prod/app.yaml': `${OPEN}---\n${DENY}`,
      'prod/index.json': INDEX,
    };
    const { folder, violations } = await validate(written);
    const denials = violations.filter(({ ruleName }) => ruleName === 'no-default-deny');
    const files = denials.flatMap(({ violatingResources }) =>
      violatingResources.map(({ manifestPath }) => manifestPath),
    );
    expect([...new Set(files)]).toEqual([join(folder, 'dev/app.yaml')]);
  });

  test('fails on less than errors if it is told to', async () => {
    const labelled = `${OPEN}---\n${DENY}`;
    expect((await validate({ 'app.yaml': labelled }, { failOn: 'info' })).submitted).toMatchObject([
      { status: 'failure' },
    ]);
  });
});

describe('properties', () => {
  test.each([
    ['an unknown one', { fail: 'error' }],
    ['an unknown severity', { failOn: 'fatal' }],
    ['an exclusion without a reason', { exclude: [{ folder: 'reference' }] }],
    ['an exclusion that is a text', { exclude: 'reference' }],
  ])('are refused: %s', (_, props) => {
    expect(() => new PortcullisValidation(props as PortcullisValidationProps)).toThrow(InvalidValueError);
  });
});
