/** Up to so many items, moving each to its place takes less time than an algorithm for long lists. */
const SHORT = 12;

/**
 * Sorts a list in place, stably, like `Array.prototype.sort`, and returns it. A platform sorts hundreds of thousands of
 * lists of a few items, and for each of them V8 takes a kilobyte of memory, however short it is
 * (measured with Node.js 20).
 */
export function sortShort<Item>(list: Item[], compare: (a: Item, b: Item) => number): Item[] {
  if (list.length > SHORT) return list.sort(compare);
  for (let end = 1; end < list.length; end++) {
    const item = list[end] as Item;
    let place = end;
    for (; place > 0; place--) {
      const before = list[place - 1] as Item;
      if (compare(before, item) <= 0) break;
      list[place] = before;
    }
    list[place] = item;
  }
  return list;
}

/** Texts in order and each once; the list itself is changed. */
export function distinctTexts(texts: string[]): string[] {
  sortShort(texts, byText);
  let kept = 0;
  for (const text of texts) if (kept === 0 || text !== texts[kept - 1]) texts[kept++] = text;
  texts.length = kept;
  return texts;
}

/** Texts by their UTF-16 code units, as `sort()` without a function takes them. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
