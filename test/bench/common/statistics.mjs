export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The power of the size that time grows with between two measurements: 1 is linear, 2 quadratic. */
export function growthExponent(smaller, larger) {
  return Math.log(larger.seconds / smaller.seconds) / Math.log(larger.count / smaller.count);
}
