import type { Problem } from '../../finding';

const [MINUTE, HOUR, DAY, WEEK] = [60, 3600, 86_400, 604_800];

/**
 * The schedule of a CronJob that runs so often, at even distances; or what is wrong, for intervals that no schedule
 * keeps.
 * @param every seconds
 */
export function cronSchedule(every: number): { readonly schedule: string } | Problem {
  const steps = (unit: number, whole: number) => {
    const step = every / unit;
    return Number.isInteger(step) && step >= 1 && every < whole && whole % every === 0 ? step : undefined;
  };
  const stepText = (step: number) => (step === 1 ? '*' : `*/${step}`);
  const [minutes, hours] = [steps(MINUTE, HOUR), steps(HOUR, DAY)];
  if (minutes !== undefined) return { schedule: `${stepText(minutes)} * * * *` };
  if (hours !== undefined) return { schedule: `0 ${stepText(hours)} * * *` };
  if (every === DAY) return { schedule: '0 0 * * *' };
  if (every === WEEK) return { schedule: '0 0 * * 0' };
  return {
    message: `no schedule of a CronJob runs every ${every} seconds`,
    fix: 'say minutes that divide an hour, hours that divide a day, a day (86400) or a week (604800)',
  };
}
