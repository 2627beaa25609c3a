import { expect, test } from 'vitest';
import { cronSchedule } from '../../../../lib/render/drift/schedule';

test.each([
  [60, '* * * * *'],
  [300, '*/5 * * * *'],
  [1800, '*/30 * * * *'],
  [3600, '0 * * * *'],
  [21_600, '0 */6 * * *'],
  [43_200, '0 */12 * * *'],
  [86_400, '0 0 * * *'],
  [604_800, '0 0 * * 0'],
])('every %i seconds is %s', (every, schedule) => {
  expect(cronSchedule(every)).toEqual({ schedule });
});

test.each([0, 30, 61, 420, 5400, 18_000, 172_800, -60, Number.NaN])('no schedule runs every %d seconds', (every) => {
  expect(cronSchedule(every)).toMatchObject({ message: `no schedule of a CronJob runs every ${every} seconds` });
});
