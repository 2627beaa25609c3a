/** A program names few things and names them often; with more of them, looking them up would only cost memory. */
const MOST_KNOWN = 1024;

/**
 * A pure function that remembers its latest results.
 * @param compute whose argument is a text or frozen data; the same text, or the same object, gets the same result
 */
export function memo<Key, Value extends {}>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(key, value);
    }
    return value;
  };
}
