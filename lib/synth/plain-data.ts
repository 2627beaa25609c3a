/**
 * True for data that cdk8s renders as it is: texts, numbers, booleans, lists and plain maps of them, fields that are
 * undefined. Everything else (Lazy values, tokens, class instances, null, which cdk8s leaves out) means something to
 * cdk8s that only cdk8s should say.
 */
export function isPlainData(value: unknown): boolean {
  if (typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
  if (value === null) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isPlainData(value[index])) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) {
    const field = (value as Readonly<Record<string, unknown>>)[key];
    // Most fields are texts, which need no call.
    if (typeof field !== 'string' && !isPlainData(field)) return false;
  }
  return true;
}
