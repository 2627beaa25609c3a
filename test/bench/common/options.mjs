import { parseArgs } from 'node:util';

/**
 * The options of a benchmark: sizes as `--n 1000,10000`, a file for `--json`, and numbers. What cannot be read ends the
 * process.
 * @param defaults `n` and the numbers by name, as they would be typed
 * @returns the sizes, smallest first, the numbers by name, and the file
 */
export function readOptions({ n, ...numbers }) {
  const given = { n, ...numbers };
  const options = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, { type: 'string', default: text }]),
  );
  try {
    const { values } = parseArgs({ options: { ...options, json: { type: 'string' } } });
    const sizes = values.n.split(',').map((text) => wholeNumber(text, 'n'));
    return {
      sizes: [...new Set(sizes)].sort((a, b) => a - b),
      ...Object.fromEntries(Object.keys(numbers).map((name) => [name, wholeNumber(values[name], name)])),
      json: values.json,
    };
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(3);
  }
}

function wholeNumber(text, option) {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`--${option}: '${text}' is not a whole number above 0`);
}
