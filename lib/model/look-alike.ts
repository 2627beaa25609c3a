import { printable, quoted } from '../finding';

/**
 * Latin letters with an accent of their own, less the phonetic and click letters (`ɑ`, `ǃ`) that nobody tells from
 * others. Combining marks are not among them: U+0307 on an `i` cannot be seen.
 */
const LATIN = 'a-z0-9\\-\\u00df-\\u00f6\\u00f8-\\u01bf\\u01cd-\\u024f\\u1e00-\\u1eff';

/**
 * Scripts in daily use, by their Unicode names; the first three need no combining marks.
 * @see https://www.unicode.org/reports/tr31/#Table_Recommended_Scripts
 */
const UNMARKED = ['Armenian', 'Cyrillic', 'Greek'];
const MARKED = [
  'Arabic',
  'Bengali',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Gujarati',
  'Gurmukhi',
  'Hebrew',
  'Kannada',
  'Khmer',
  'Lao',
  'Malayalam',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
];
const EAST_ASIAN = [
  '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}',
  '\\p{scx=Han}\\p{scx=Bopomofo}',
  '\\p{scx=Han}\\p{scx=Hangul}',
];

/**
 * What one label may be made of: the letters of one script, or Latin beside the scripts that East Asian names mix.
 * @see https://www.unicode.org/reports/tr39/#Restriction_Level_Detection ("highly restrictive")
 */
function makeAlphabets(): readonly RegExp[] {
  return [
    new RegExp(`^[${LATIN}]+$`, 'u'),
    ...UNMARKED.map((script) => labelOf('\\p{L}', `\\p{scx=${script}}`)),
    ...MARKED.map((script) => labelOf('\\p{L}\\p{M}\\p{Nd}', `\\p{scx=${script}}`)),
    ...EAST_ASIAN.map((scripts) => labelOf('\\p{L}\\p{M}\\p{N}', `${scripts}a-z`)),
  ];
}

/** Made for the first host in Unicode: few programs name one, and importing the library must not wait for it. */
let alphabets: readonly RegExp[] | undefined;

function labelOf(categories: string, scripts: string): RegExp {
  return new RegExp(`^(?:(?=[${categories}0-9\\-])[${scripts}0-9\\-])+$`, 'u');
}

function pairs(characters: string, ascii: string): readonly (readonly [string, string])[] {
  return [...characters].map((character, index) => [character, ascii.charAt(index)] as const);
}

/**
 * Letters that are taken for an ASCII one. A label of nothing else reads as an ASCII name.
 * @see https://chromium.googlesource.com/chromium/src/+/main/docs/idn.md (whole-script confusables)
 */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ...pairs('ıȷĸƅ', 'ijkb'),
  ...pairs('асԁеһіјӏорԛѕԝхуъьҽпгѵѡкү', 'acdehijlopqswxybbenrvwky'),
  ...pairs('αγικνορστυχωηϲϳ', 'ayikvopotuxwncj'),
  ...pairs('ցգզհյլոռսքօա', 'gqqhjlnnupow'),
]);
/** The same among East Asian characters, which mean themselves unless Latin letters stand beside them. */
const IDEOGRAPHS: ReadonlyMap<string, string> = new Map(pairs('一ーㅡ〇口ロㅇ〡ㅣ', '---ooooll'));
/** Characters that beside a Latin letter are taken for the slash or dot that ends a host or a label. */
const PUNCTUATION = /[a-z0-9-][ノ丿丶〳〵ㆍ]|[ノ丿丶〳〵ㆍ][a-z0-9-]/u;
/** A combining mark on a digit, a hyphen or a Latin letter; some belong to a script and are blank elsewhere. */
const MARK_ON_ASCII = /(^|[!-~])\p{M}/u;
/** Top-level domains in whose language `ı` is a letter of its own. */
const DOTLESS = new Set(['az', 'tr']);

/**
 * Why a host in Unicode would be taken for another one, as a clause about the label that does it. It is no dictionary:
 * letters that differ visibly (`ü`, `ø`) are the reviewer's to judge.
 */
export function imitation(unicode: string): string | undefined {
  const labels = unicode.split('.');
  const topLevel = labels.at(-1) ?? '';
  for (const label of labels) {
    if (isAscii(label)) continue;
    if (!isWellFormed(label, topLevel)) {
      return `${quoted(label)} mixes scripts or has characters that no name needs, as look-alike names do`;
    }
    const read = asRead(label, topLevel);
    if (isAscii(read) && /[a-z]/.test(read) && isAscii(asRead(topLevel, ''))) {
      return `${quoted(label)} is taken for '${read}'`;
    }
    if (PUNCTUATION.test(label)) return `a character of ${quoted(label)} is taken for a slash or a dot`;
  }
  return undefined;
}

function isWellFormed(label: string, topLevel: string): boolean {
  if (printable(label) !== label || MARK_ON_ASCII.test(label)) return false;
  // Catalan writes a dot between two l; anywhere else it is taken for the one between labels.
  const text = topLevel === 'cat' ? label.replaceAll('l·l', 'll') : label;
  alphabets ??= makeAlphabets();
  return alphabets.some((alphabet) => alphabet.test(text));
}

function isAscii(text: string): boolean {
  return /^[!-~]*$/.test(text);
}

/** The label as a hurried reader takes it. */
function asRead(label: string, topLevel: string): string {
  const beside = /[a-z]/.test(label);
  return [...label]
    .map((character) => {
      if (character === 'ı' && DOTLESS.has(topLevel)) return character;
      return LETTERS.get(character) ?? (beside ? IDEOGRAPHS.get(character) : undefined) ?? character;
    })
    .join('');
}
