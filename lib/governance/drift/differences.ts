import { isData } from './defaults/data';

/** One place in which two objects differ. */
export interface Change {
  /** From the top of the object: `['spec', 'egress', 1]`. Items that were added count in the live object. */
  readonly path: readonly (string | number)[];
  /** What was rendered there; undefined for what was added. */
  readonly rendered?: unknown;
  /** What is there; undefined for what was removed. */
  readonly live?: unknown;
}

/**
 * Where data differs. Of lists, what both begin and end with is matched first, so that one rule more is one change and
 * not one for each rule behind it.
 */
export function differences(rendered: unknown, live: unknown, path: Change['path'] = []): readonly Change[] {
  if (Object.is(rendered, live)) return [];
  if (Array.isArray(rendered) && Array.isArray(live)) return listDifferences(rendered, live, path);
  if (!isData(rendered) || !isData(live)) return [{ path, ...given('rendered', rendered), ...given('live', live) }];
  const keys = [...new Set([...Object.keys(rendered), ...Object.keys(live)])];
  return keys.flatMap((key) => differences(rendered[key], live[key], [...path, key]));
}

function given<Key extends string>(key: Key, value: unknown) {
  return value === undefined ? {} : { [key]: value };
}

function listDifferences(rendered: readonly unknown[], live: readonly unknown[], path: Change['path']) {
  const equal = (one: unknown, other: unknown) => differences(one, other).length === 0;
  const most = Math.min(rendered.length, live.length);
  let front = 0;
  while (front < most && equal(rendered[front], live[front])) front++;
  let back = 0;
  while (back < most - front && equal(rendered.at(-1 - back), live.at(-1 - back))) back++;
  const [before, after] = [rendered.slice(front, rendered.length - back), live.slice(front, live.length - back)];
  const both = Math.min(before.length, after.length);
  return [
    ...before.slice(0, both).flatMap((item, index) => differences(item, after[index], [...path, front + index])),
    ...before.slice(both).map((item, index): Change => ({ path: [...path, front + both + index], rendered: item })),
    ...after.slice(both).map((item, index): Change => ({ path: [...path, front + both + index], live: item })),
  ];
}

/** `spec.egress[1].toPorts`, with keys that are no names in brackets. */
export function formatPath(path: Change['path']): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
