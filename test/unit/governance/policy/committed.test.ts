import { expect, test } from 'vitest';
import { parseLock } from '../../../../lib/governance/lock/lock-file';
import { committedByLock, strictest } from '../../../../lib/governance/policy/committed';
import type { EgressSettings } from '../../../../lib/model/egress-settings';
import type { PortariumSettings } from '../../../../lib/stacks/portarium/settings';

const environment = (file: string, egressPolicy?: Partial<EgressSettings>) => ({
  file,
  portarium: { workspaces: [], ...(egressPolicy === undefined ? {} : { egressPolicy }) } as PortariumSettings,
});

test('of several environments the strictest counts, with the file that says so', () => {
  const { settings, said } = strictest([
    environment('dev.yaml', { enforce: false, failOnBlocked: true, log: 0 }),
    environment('prod.yaml', { failOnDrift: true, log: 2, allowDisable: true }),
  ]);
  expect(settings).toMatchObject({
    enforce: true,
    failOnBlocked: true,
    failOnDrift: true,
    log: 2,
    allowDisable: false,
  });
  expect(said).toEqual({ failOnBlocked: 'dev.yaml', failOnDrift: 'prod.yaml', log: 'prod.yaml' });
});

test('the order does not matter', () => {
  const [one, other] = [environment('a.yaml', { enforce: false }), environment('b.yaml')];
  expect(strictest([one, other]).settings).toEqual(strictest([other, one]).settings);
});

test('one environment alone may be less strict than the defaults', () => {
  expect(strictest([environment('dev.yaml', { enforce: false })])).toMatchObject({
    settings: { enforce: false },
    said: { enforce: 'dev.yaml' },
  });
});

test('environments without Portarium say nothing', () => {
  expect(strictest([{ file: 'dev.yaml' }]).said).toEqual({});
});

test('without environments, the default is the list, and the lock says what a variable may name', () => {
  const committed = committedByLock(parseLock('openai\ngithub\n', 'the.lock'));
  expect(committed.allowlist).toEqual({ tokens: ['openai'], hosts: ['api.openai.com'], source: 'default' });
  expect(committed.reviewed).toEqual(['api.openai.com', 'api.github.com']);
  expect(committedByLock(undefined).reviewed).toEqual(['api.openai.com']);
});
