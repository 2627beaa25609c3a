/**
 * Series of a counter that grew within a range, by how much. `increase()` alone is 0 for a counter that was born at 1,
 * as those with labels are, so that the first event of every kind would be missed: a series that was not there before
 * counts as a whole.
 *
 * @param selector `metric{label="value"}`
 * @param range `5m`
 */
export function grown(selector: string, range: string): string {
  return `(increase(${selector}[${range}]) > 0)
    or ((${selector} > 0) unless (${selector} offset ${range}))`;
}

/** Joins expressions with `or`, each with a label that says which it was. */
export function labelled(label: string, expressions: Readonly<Record<string, string>>): string {
  return Object.entries(expressions)
    .map(([value, expression]) => `label_replace(\n    ${expression},\n    "${label}", "${value}", "", ""\n  )`)
    .join('\n  or\n  ');
}
