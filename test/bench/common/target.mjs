/** A promise and whether it is kept. */
export function atLeast(what, value, target, unit) {
  return { what, value, unit, target, bound: '≥', met: value >= target };
}

export function atMost(what, value, target, unit) {
  return { what, value, unit, target, bound: '≤', met: value <= target };
}
