import { expect, test } from 'vitest';
import { suffixCapture } from '../../../../lib/analysis/rules/suffix-capture';
import { cnp, findings, workload } from './build';

const workloads = [workload('a', 'web')];
const found = (pattern: string) =>
  findings(suffixCapture, {
    yaml: cnp('a', 'p', `endpointSelector: {}\negress:\n- toFQDNs: [{matchPattern: "${pattern}"}]`),
    workloads,
  });

test.each([
  ['*example.com', 'evilexample.com'],
  ['api-*example.co.uk', 'api-evilexample.co.uk'],
  ['*.com', 'evil.com'],
  ['**.co.uk', 'evil.co.uk'],
  ['api.example.*', 'api.example.zip'],
])('%s also matches %s', (pattern, foreign) => {
  expect(found(pattern)).toEqual([`error: ${pattern} also matches ${foreign}, which anybody may register`]);
});

test.each([
  '*.example.com',
  '**.example.com',
  '*-api.example.com',
  'api.example.com',
  '*',
  '*.svc.cluster.local',
  '*.internal',
])('silent: %s', (pattern) => {
  expect(found(pattern)).toEqual([]);
});

test('patterns of DNS rules count too', () => {
  const yaml = cnp(
    'a',
    'p',
    'endpointSelector: {}\negress:\n- toEntities: [cluster]\n  toPorts:\n  - ports: [{port: "53", protocol: UDP}]\n    rules: {dns: [{matchPattern: "*example.com"}]}',
  );
  expect(findings(suffixCapture, { yaml, workloads })).toHaveLength(1);
});
