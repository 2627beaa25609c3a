/**
 * Values that promtool's notation stands for, one a step; undefined where there is none.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 */
export function expandValues(notation: string): readonly (number | undefined)[] {
  return notation
    .trim()
    .split(/\s+/)
    .flatMap((part) => {
      if (part === 'stale' || part === '_') return [undefined];
      const missing = /^_x(\d+)$/.exec(part);
      if (missing !== null) return new Array<undefined>(Number(missing[1])).fill(undefined);
      const [, first, step = '0', times = '0'] = /^(-?[\d.]+)(?:([+-][\d.]+))?(?:x(\d+))?$/.exec(part) ?? [];
      if (first === undefined) throw new Error(`no values of promtool: ${part}`);
      // promtool counts the first value apart.
      return Array.from({ length: Number(times) + 1 }, (_, index) => Number(first) + index * Number(step));
    });
}
