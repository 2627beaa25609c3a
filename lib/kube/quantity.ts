const SUFFIXES: Readonly<Record<string, readonly [base: bigint, exponent: bigint]>> = {
  n: [10n, -9n],
  u: [10n, -6n],
  m: [10n, -3n],
  '': [10n, 0n],
  k: [10n, 3n],
  M: [10n, 6n],
  G: [10n, 9n],
  T: [10n, 12n],
  P: [10n, 15n],
  E: [10n, 18n],
  Ki: [2n, 10n],
  Mi: [2n, 20n],
  Gi: [2n, 30n],
  Ti: [2n, 40n],
  Pi: [2n, 50n],
  Ei: [2n, 60n],
};
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2})|([a-zA-Z]{0,2}))$/;
/** Kubernetes keeps nothing below a billionth. */
const NANO = 9;

/**
 * A quantity in the one spelling that all spellings of it share, in billionths: `0.5` and `500m` are the same CPU. What is
 * no quantity stays as it is.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const match = QUANTITY.exec(String(value));
  if (match === null) return value;
  const [, sign, whole = '', fraction = '', power, suffix = ''] = match;
  const factor = SUFFIXES[suffix];
  if (factor === undefined || whole + fraction === '') return value;
  const [base, exponent] = power === undefined ? factor : [10n, BigInt(power)];
  const digits = BigInt(whole + fraction);
  const decimals = BigInt(NANO - fraction.length);
  const [up, down] = [
    base ** positive(exponent) * 10n ** positive(decimals),
    base ** positive(-exponent) * 10n ** positive(-decimals),
  ];
  // As Kubernetes does: what is left is rounded away from zero.
  const nano = (digits * up + down - 1n) / down;
  return `${sign === '-' && nano !== 0n ? '-' : ''}${nano}n`;
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n;
}
