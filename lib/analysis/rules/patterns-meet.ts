import type { AnalysisDialect } from '../dialect';
import { isAnyName, normalName } from '../universe/name-pattern';

/** What a step of a pattern takes: one character, or any of those that a label is made of. */
type Takes = { readonly character: string } | 'label';

/** A place between the characters of a pattern: where a character leads, and where one is without any. */
interface State {
  readonly steps: readonly { readonly takes: Takes; readonly to: number }[];
  readonly skips: readonly number[];
}

/**
 * Whether there is a name that two patterns of Cilium both match: `api.*.com` and `*.example.com` have `api.example.com`
 * in common, though neither holds the other.
 * @see namePatternMatches for what patterns mean
 */
export function patternsMeet(some: string, other: string, dialect: AnalysisDialect): boolean {
  const names = [normalName(some), normalName(other)] as const;
  if (names.some(isAnyName)) return true;
  const [a, b] = [statesOf(names[0], dialect), statesOf(names[1], dialect)];
  // A name is read by both at once: every pair of places that it can lead to is looked at once.
  const reached = new Set(['0 0']);
  for (const pair of reached) {
    const [left = 0, right = 0] = pair.split(' ').map(Number);
    if (left === a.length - 1 && right === b.length - 1) return true;
    for (const to of a[left]?.skips ?? []) reached.add(`${to} ${right}`);
    for (const to of b[right]?.skips ?? []) reached.add(`${left} ${to}`);
    for (const pairOfSteps of commonSteps(a[left], b[right])) reached.add(pairOfSteps);
  }
  return false;
}

function commonSteps(some: State | undefined, other: State | undefined): readonly string[] {
  return (some?.steps ?? []).flatMap((step) =>
    (other?.steps ?? []).flatMap((next) => (haveInCommon(step.takes, next.takes) ? [`${step.to} ${next.to}`] : [])),
  );
}

/** The places of a pattern; the last one is its end. */
function statesOf(text: string, dialect: AnalysisDialect): readonly State[] {
  const [anyDepth] = (isDeep(dialect) ? /^\*{2,}\./.exec(text) : null) ?? [''];
  const states: State[] = [];
  if (anyDepth !== '') {
    // A label or more, each with its dot.
    states.push({ steps: [{ takes: 'label', to: 1 }], skips: [] });
    states.push({
      steps: [
        { takes: 'label', to: 1 },
        { takes: { character: '.' }, to: 2 },
      ],
      skips: [],
    });
    states.push({ steps: [], skips: [0, 3] });
  }
  for (const character of text.slice(anyDepth.length).replaceAll(/\*+/g, '*')) {
    const at = states.length;
    const isStar = character === '*';
    const step = isStar ? ({ takes: 'label', to: at } as const) : { takes: { character }, to: at + 1 };
    states.push({ steps: [step], skips: isStar ? [at + 1] : [] });
  }
  return [...states, { steps: [], skips: [] }];
}

function isDeep(dialect: AnalysisDialect): boolean {
  return dialect.kind === 'cilium' && dialect.version !== '1.18';
}

function haveInCommon(some: Takes, other: Takes): boolean {
  if (some === 'label') return other === 'label' || isOfLabel(other.character);
  return other === 'label' ? isOfLabel(some.character) : some.character === other.character;
}

function isOfLabel(character: string): boolean {
  return /^[-a-z0-9_]$/.test(character);
}
