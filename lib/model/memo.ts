/** A program names few things and names them often; what only one workspace has would drive the others out. */
const MOST_KNOWN = 1024;

/**
 * A pure function that remembers its first results.
 * @param compute whose argument is a text or frozen data; the same text, or the same object, gets the same result
 */
export function memo<Key, Value extends {}>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      // Emptying the map instead would make garbage that keeps what it held alive until all memory is swept.
      if (known.size < MOST_KNOWN) known.set(key, value);
    }
    return value;
  };
}

/** A value that is computed when it is asked for first: what a module needs at times need not wait for its loading. */
export function once<Value extends {}>(compute: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
