import Table from 'cli-table3';

/** A table for the terminal; columns from `firstNumber` on are numbers. */
export function newTable(head, firstNumber) {
  const colAligns = head.map((_, index) => (index >= firstNumber ? 'right' : 'left'));
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

/** With commas between thousands. */
export function grouped(number) {
  return number.toLocaleString('en-US');
}

/** Promises and whether they are kept. */
export function targetRows(title, list) {
  const table = newTable([title, 'is', 'has to be', ''], 1);
  for (const { what, value, bound, target, unit, met } of list) {
    const number = unit === ' ms' || unit === ' MB' ? value.toFixed(0) : value.toFixed(2);
    table.push([what, number + unit, `${bound} ${target}${unit}`, met ? 'met' : 'MISSED']);
  }
  return table.toString();
}
