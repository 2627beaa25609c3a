import type { L7Rule, Segment } from '../../../lib/analysis/connection/connection';
import type { AnalysisDialect } from '../../../lib/analysis/dialect';
import type { Manifests } from '../../../lib/analysis/load/manifests';
import { namePatternMatches, sampleName } from '../../../lib/analysis/universe/name-pattern';
import type { L7Request } from './engine';

type Fields = Readonly<Record<string, unknown>>;

/** Requests that no rule of the tests allows. */
const STRAY: readonly L7Request[] = [
  { kind: 'http', method: 'DELETE', path: '/stray' },
  { kind: 'dns', name: 'stray.example.org' },
  { kind: 'sni', name: 'stray.example.org' },
  { kind: 'kafka', topic: 'stray', apiKey: 99 },
];

const PRODUCE = 0;

/** A request for every rule of the policies, with the method of one and the path of another, too, and some that no rule allows. */
export function requestsFor({ policies }: Manifests, names: readonly string[]): readonly L7Request[] {
  const rules = policies.flatMap(({ object }) => l7RulesIn(object));
  const http = rules.flatMap((rule) => listOf(rule.http));
  const methods = distinct(
    http.map(({ method }) => String(method ?? 'GET')),
    4,
  );
  const paths = distinct(
    http.map(({ path }) => samplePath(String(path ?? '/any'))),
    8,
  );
  const dns = rules.flatMap((rule) => listOf(rule.dns)).map(nameIn);
  const servers = policies
    .flatMap(({ object }) => valuesUnder(object, 'serverNames'))
    .flatMap((list) => list as string[]);
  const topics = rules.flatMap((rule) => listOf(rule.kafka)).map(({ topic }) => String(topic ?? 'any'));
  return [
    ...STRAY,
    ...methods.flatMap((method) => paths.map((path): L7Request => ({ kind: 'http', method, path }))),
    ...distinct([...dns, ...names], 24).map((name): L7Request => ({ kind: 'dns', name })),
    ...distinct(servers.map(sampleName), 8).map((name): L7Request => ({ kind: 'sni', name })),
    ...distinct(topics, 3).map((topic): L7Request => ({ kind: 'kafka', topic, apiKey: PRODUCE })),
  ];
}

/** Names that policies speak of, with something in the place of stars. */
export function namesIn({ policies }: Manifests): readonly string[] {
  const selectors = policies.flatMap(({ object }) => valuesUnder(object, 'toFQDNs').flatMap(listOf));
  return distinct(selectors.map(nameIn), 40);
}

/** Whether the graph says that a request passes: one rule of each list has to let it. */
export function passes(segment: Segment, request: L7Request, dialect: AnalysisDialect): boolean {
  return segment.l7.every((list) => list.some((rule) => matches(rule, request, dialect)));
}

function matches({ protocol, rule }: L7Rule, request: L7Request, dialect: AnalysisDialect): boolean {
  if (protocol !== request.kind) return false;
  switch (request.kind) {
    case 'http': {
      const [method = '*', path = '*'] = rule.split(' ');
      return isWhole(method, request.method) && isWhole(path, request.path);
    }
    case 'dns':
      return namePatternMatches(rule, request.name, dialect);
    case 'sni':
      return rule === request.name;
    case 'kafka':
      return (JSON.parse(rule) as Fields).topic === request.topic && request.apiKey === PRODUCE;
  }
}

function isWhole(pattern: string, text: string): boolean {
  return pattern === '*' || new RegExp(`^(?:${pattern})$`).test(text);
}

/** Text that a simple regular expression of a path matches. */
function samplePath(pattern: string): string {
  return pattern
    .replaceAll('\\', '')
    .replaceAll(/\[[^\]]*\][+*]?|\.[*+]/g, 'x')
    .replaceAll(/[()^$?]/g, '');
}

function nameIn({ matchName, matchPattern }: Fields): string {
  return sampleName(String(matchName ?? matchPattern ?? ''));
}

function l7RulesIn(object: unknown): Fields[] {
  return valuesUnder(object, 'rules').filter((rules): rules is Fields => typeof rules === 'object' && rules !== null);
}

/** What stands under a key, wherever it is. */
function valuesUnder(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => (name === key ? [field] : valuesUnder(field, key)));
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

function distinct<T>(values: readonly T[], limit: number): T[] {
  return [...new Set(values)].slice(0, limit);
}
