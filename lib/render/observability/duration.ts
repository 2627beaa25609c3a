import { InvalidValueError } from '../../finding';

const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
const DURATION = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * A duration as Prometheus writes it (`1h30m`), in seconds; undefined if it is none. Years and milliseconds are not
 * taken: nobody waits for them.
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/#time-durations
 */
export function durationSeconds(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null || text === '') return undefined;
  return Object.values(UNITS).reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0);
}

/**
 * Writes a duration as Prometheus does, in as few units as are exact.
 * @param seconds a whole number of seconds
 */
export function formatDuration(seconds: number): string {
  if (!Number.isInteger(seconds) || seconds < 0) {
    throw new InvalidValueError({
      message: `${seconds} is not a whole number of seconds`,
      fix: 'give whole seconds, 0 or more',
    });
  }
  let rest = seconds;
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
