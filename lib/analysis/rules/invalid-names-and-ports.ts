import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import type { Path } from '../policy/policy-reader';
import { workloadText } from './pods-text';
import { type Fields, isMap, listOf, type WrittenRule, writtenRules, writtenSpecs } from './raw-rules';
import { refusedLines } from './refused-lines';
import { placeIn, type Rule, type RuleFinding } from './rule';
import {
  labelKeyProblem,
  labelValueProblem,
  nameProblem,
  namespaceProblem,
  portNameProblem,
  type SyntaxProblem,
  selectorProblems,
} from './syntax';

const FIX = 'correct it; the API server refuses the object as it is';
const LAST_PORT = 65535;

/**
 * Finds names, labels and ports that the API server or Cilium refuses. What reading the policy refused already is not
 * said twice.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports
 */
export const invalidNamesAndPorts: Rule = {
  id: 'invalid-names-and-ports',
  severity: 'error',
  title: 'A name, label or port that is refused',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const refused = refusedLines(analysis);
    for (const manifest of analysis.manifests.policies) {
      const { name, namespace } = manifest.object.metadata;
      const problems = [
        { path: ['metadata', 'name'], message: nameProblem(name) },
        { path: ['metadata', 'namespace'], message: namespace === undefined ? undefined : namespaceProblem(namespace) },
      ];
      for (const { path, message } of problems)
        if (message !== undefined) yield { at: placeIn(manifest, path), message, fix: FIX };
    }
    for (const { manifest, spec, path, isCilium } of writtenSpecs(analysis)) {
      const field = isCilium ? 'endpointSelector' : 'podSelector';
      for (const problem of selectorProblems(spec[field], [...path, field], isCilium)) yield finding(manifest, problem);
    }
    for (const rule of writtenRules(analysis)) {
      for (const problem of [...peerProblems(rule), ...portProblems(rule)]) {
        const found = finding(rule.manifest, problem);
        const { source, path } = found.at;
        if (!refused.has(`${source.file}:${source.lineOf(path)}`)) yield found;
      }
    }
    for (const workload of analysis.manifests.workloads) yield* workloadFindings(workload);
  },
};

function finding(manifest: WrittenRule['manifest'], { path, message }: SyntaxProblem): RuleFinding {
  return { at: placeIn(manifest, path), message, fix: FIX };
}

function* peerProblems({ fields, path, direction, isCilium }: WrittenRule): Generator<SyntaxProblem> {
  const far = direction === 'ingress' ? 'from' : 'to';
  const field = isCilium ? `${far}Endpoints` : far;
  for (const [index, peer] of listOf(fields[field]).entries()) {
    const at = [...path, field, index];
    if (isCilium) yield* selectorProblems(peer, at, true);
    else if (isMap(peer)) {
      for (const selector of ['podSelector', 'namespaceSelector'])
        yield* selectorProblems(peer[selector], [...at, selector], false);
    }
  }
}

function* portProblems({ fields, path, isCilium }: WrittenRule): Generator<SyntaxProblem> {
  if (!isCilium) {
    yield* portListProblems(fields.ports, [...path, 'ports'], false);
    return;
  }
  for (const [index, entry] of listOf(fields.toPorts).entries()) {
    if (isMap(entry)) yield* portListProblems(entry.ports, [...path, 'toPorts', index, 'ports'], true);
  }
}

function* portListProblems(list: unknown, path: Path, ofCilium: boolean): Generator<SyntaxProblem> {
  for (const [index, entry] of listOf(list).entries()) {
    const message = isMap(entry) ? portProblem(entry, ofCilium) : undefined;
    if (message !== undefined) yield { path: [...path, index], message };
  }
}

function portProblem({ port, endPort }: Fields, ofCilium: boolean): string | undefined {
  // Cilium writes every port as text, Kubernetes only names.
  const isNumber = typeof port === 'number' || (ofCilium && typeof port === 'string' && /^\d+$/.test(port));
  if (!isNumber) {
    if (typeof port !== 'string') return undefined;
    return (
      portNameProblem(port, ofCilium) ??
      (endPort === undefined ? undefined : `endPort needs a port that is a number, not '${port}'`)
    );
  }
  const number = Number(port);
  // Port 0 is every port to Cilium; a NetworkPolicy with it is refused when it is read.
  if (number > LAST_PORT) return `${number} is no port: they end at ${LAST_PORT}`;
  if (typeof endPort !== 'number') return undefined;
  if (endPort > LAST_PORT) return `${endPort} is no port: they end at ${LAST_PORT}`;
  return endPort < number ? `endPort ${endPort} lies before port ${number}` : undefined;
}

function* workloadFindings(workload: Workload): Generator<RuleFinding> {
  const { name, namespace, kind, labels, ports, source } = workload;
  if (source === undefined) return;
  const at = { object: `${kind} ${workloadText(workload)}`, source, path: [] };
  const messages = [
    nameProblem(name),
    namespaceProblem(namespace),
    ...Object.entries(labels).map(([key, value]) => labelKeyProblem(key) ?? labelValueProblem(value)),
    ...ports.map((port) => portNameProblem(port.name)),
  ];
  for (const message of messages) if (message !== undefined) yield { at, message, fix: FIX };
}
