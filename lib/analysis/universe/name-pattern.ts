import type { AnalysisDialect } from '../dialect';

/**
 * Whether a name or pattern of a policy matches a host name: `*` is any number of letters, digits, `-` and `_`, never a
 * dot, and alone it is every name; `**.` in front is one label or more from Cilium 1.19 on, and `*.` before.
 * @see pkg/fqdn/matchpattern/matchpattern.go of Cilium
 */
export function namePatternMatches(pattern: string, name: string, dialect: AnalysisDialect): boolean {
  return expression(pattern, dialect).test(normalName(name));
}

const known = new Map<string, RegExp>();

function expression(pattern: string, dialect: AnalysisDialect): RegExp {
  const deep = dialect.kind === 'cilium' && dialect.version !== '1.18';
  const key = `${deep} ${pattern}`;
  let found = known.get(key);
  if (found === undefined) {
    found = compile(normalName(pattern), deep);
    if (known.size > 10_000) known.clear();
    known.set(key, found);
  }
  return found;
}

const LABEL = '[-a-z0-9_]';

function compile(pattern: string, deep: boolean): RegExp {
  if (isAnyName(pattern)) return /^/;
  const escaped = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', `${LABEL}*`);
  const [anyDepth] = /^\*{2,}\./.exec(pattern) ?? [];
  if (anyDepth !== undefined && deep) {
    return new RegExp(`^(?:${LABEL}+\\.)+${escaped(pattern.slice(anyDepth.length).replaceAll(/\*+/g, '*'))}$`);
  }
  return new RegExp(`^${escaped(pattern.replaceAll(/\*+/g, '*'))}$`);
}

/** True for `*`, and for what Cilium takes for it: more of them, and one with the root's dot. */
export function isAnyName(pattern: string): boolean {
  return /^\*+\.?$/.test(pattern.trim());
}

/** Names are compared in lower case and without the root's dot. */
export function normalName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, '');
}

/** A name that a pattern matches and that nothing else mentions, to see who else matches it. */
export function sampleName(pattern: string): string {
  return normalName(pattern)
    .replace(/^\*{2,}\./, 'any-depth.any-name.')
    .replaceAll(/\*+/g, 'any-name');
}
