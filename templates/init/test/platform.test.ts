import { readdirSync } from 'node:fs';
import { portcullisMatchers } from 'portcullis/testing';
import { describe, expect, test } from 'vitest';

expect.extend(portcullisMatchers);

/** What `npm run synth` wrote. */
const manifests = (environment: string) => `dist/manifests/${environment}/platform`;
const ENVIRONMENTS = readdirSync('environments').map((file) => file.replace(/\.yaml$/, ''));

test.each(ENVIRONMENTS)('%s has no findings', (environment) => {
  expect(manifests(environment)).toHaveNoFindings();
});

describe('prod', () => {
  const prod = manifests('prod');

  test('agents ask the control plane, and nobody outside', () => {
    expect(prod).toAllow({ from: 'ws-finance/agent', to: 'portarium-system/control-plane', port: 443 });
    expect(prod).toDeny({ from: 'ws-finance/agent', to: 'world', port: 'tcp' });
  });

  test('only the execution plane takes payments', () => {
    expect(prod).toAllow({ from: 'ws-finance/execution-plane', to: 'api.stripe.com', port: 443 });
    expect(prod).toDeny({ from: 'ws-finance/agent', to: 'api.stripe.com', port: 443 });
  });

  test('workspaces do not reach each other', () => {
    expect(prod).toDeny({ from: 'ws-finance/agent', to: 'ws-support/agent', port: 'tcp' });
    expect(prod).toDeny({ from: 'ws-support/agent', to: 'ws-finance/execution-plane', port: 'tcp' });
  });
});
