import { InvalidValueError, type Problem, quoted } from '../../finding';
import { trustDomainProblem } from './trust-domain';

/** Who a workload is: `spiffe://portarium.dev/agent/ws-production`. */
export interface SpiffeId {
  readonly trustDomain: string;
  /** Segments of the path, without slashes; never empty. */
  readonly path: readonly string[];
}

const SCHEME = 'spiffe://';
/** Bytes that a SPIFFE ID may have, scheme and all. */
const LONGEST = 2048;
const SEGMENT = /^[A-Za-z0-9._-]+$/;

/**
 * What keeps a text from being the SPIFFE ID of a workload or of a node alias. The path is one or more segments of
 * letters, digits, `.`, `_` and `-`, to the letter: nothing is escaped or normalized. `/spire` and everything below it
 * belongs to SPIRE's servers and agents; `/spire-agent`, as aliases are called, lies beside it and is free.
 * @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#2-spiffe-identity
 * @see spiffeid/path.go of github.com/spiffe/go-spiffe/v2 (`ValidatePath`), which knows no limit of length
 * @see pkg/server/api/id.go of SPIRE 1.15.3 (`VerifyTrustDomainWorkloadID`) for the reserved and the empty path
 */
export function spiffeIdProblem(text: string): Problem | undefined {
  return syntaxProblem(text) ?? reservedProblem(text, split(text).path);
}

/**
 * What keeps a text from being the parent of an entry: a node alias, or one SPIRE agent (`/spire/agent/…`). An entry
 * below `/spire/server` is an alias of nodes itself, which nodeAlias() makes.
 */
export function parentIdProblem(text: string): Problem | undefined {
  const problem = syntaxProblem(text);
  if (problem !== undefined) return problem;
  const { path } = split(text);
  return path[0] === 'spire' && path[1] === 'agent' && path.length > 2 ? undefined : reservedProblem(text, path);
}

/**
 * The SPIFFE ID of a workload, from its parts.
 *
 * @example
 * spiffeId('portarium.dev', 'agent', 'ws-production') // spiffe://portarium.dev/agent/ws-production
 *
 * @throws InvalidValueError for anything that spiffeIdProblem names
 */
export function spiffeId(trustDomain: string, ...path: readonly string[]): SpiffeId {
  // A slash inside a segment would be read as two segments.
  const problem = trustDomainProblem(trustDomain) ?? firstProblem(path, segmentProblem);
  if (problem !== undefined) throw new InvalidValueError(problem);
  return parseSpiffeId(`${SCHEME}${[trustDomain, ...path].join('/')}`);
}

/**
 * Reads the SPIFFE ID of a workload.
 * @throws InvalidValueError for anything that spiffeIdProblem names
 */
export function parseSpiffeId(text: string): SpiffeId {
  return checked(text, spiffeIdProblem(text));
}

/**
 * Reads the SPIFFE ID of an entry's parent.
 * @throws InvalidValueError for anything that parentIdProblem names
 */
export function parseParentId(text: string): SpiffeId {
  return checked(text, parentIdProblem(text));
}

/** `spiffe://portarium.dev/agent/ws-production`. */
export function formatSpiffeId({ trustDomain, path }: SpiffeId): string {
  return `${SCHEME}${[trustDomain, ...path].join('/')}`;
}

/** What keeps a text from being one segment of a path. */
export function segmentProblem(segment: string): Problem | undefined {
  return wildcardProblem(segment, segment) ?? oneSegmentProblem(segment, segment);
}

function checked(text: string, problem: Problem | undefined): SpiffeId {
  if (problem !== undefined) throw new InvalidValueError(problem);
  const { trustDomain, path } = split(text);
  return Object.freeze({ trustDomain, path: Object.freeze(path) });
}

function split(text: string): { readonly trustDomain: string; readonly path: string[] } {
  const [trustDomain = '', ...path] = text.slice(SCHEME.length).split('/');
  return { trustDomain, path };
}

function syntaxProblem(text: string): Problem | undefined {
  if (!text.startsWith(SCHEME)) {
    return {
      message: `${quoted(text)} is not a SPIFFE ID: it does not start with '${SCHEME}'`,
      fix: "write spiffe://trust-domain/path, such as 'spiffe://portarium.dev/control-plane'",
    };
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST) {
    return { message: `the SPIFFE ID has ${bytes} bytes`, fix: `shorten it to ${LONGEST} bytes at most` };
  }
  const { trustDomain, path } = split(text);
  return (
    wildcardProblem(text, text) ?? trustDomainProblem(trustDomain) ?? endProblem(text, path) ?? pathProblem(text, path)
  );
}

function wildcardProblem(text: string, whole: string): Problem | undefined {
  if (/[*?]/.test(text)) {
    return {
      message: `${quoted(whole)} holds a wildcard, and a SPIFFE ID names one identity`,
      fix: 'register each identity by its own SPIFFE ID',
    };
  }
  if (!/[\s\u200b-\u200d\ufeff]/.test(text)) return undefined;
  return { message: `${quoted(whole)} holds blanks`, fix: 'remove them' };
}

function endProblem(text: string, path: readonly string[]): Problem | undefined {
  if (path.length === 0 || (path.length === 1 && path[0] === '')) {
    return {
      message: `${quoted(text)} has no path, so it names the trust domain and no workload`,
      fix: "add a path, such as '/agent/ws-production'",
    };
  }
  if (path.at(-1) !== '') return undefined;
  return { message: `${quoted(text)} ends in a slash`, fix: 'remove the slash' };
}

function pathProblem(text: string, path: readonly string[]): Problem | undefined {
  return firstProblem(path, (segment) => oneSegmentProblem(segment, text));
}

function oneSegmentProblem(segment: string, whole: string): Problem | undefined {
  if (segment === '') {
    return { message: `${quoted(whole)} has an empty path segment`, fix: 'put one slash between two segments' };
  }
  if (segment === '.' || segment === '..') {
    return { message: `${quoted(whole)} has the path segment '${segment}'`, fix: 'write the path that is meant' };
  }
  if (segment.includes('%')) {
    return { message: `${quoted(whole)} is percent-encoded, which SPIFFE refuses`, fix: 'write the characters alone' };
  }
  if (SEGMENT.test(segment)) return undefined;
  return {
    message: `${quoted(segment)} cannot be a path segment of a SPIFFE ID`,
    fix: "use letters, digits, '.', '_' and '-'",
  };
}

function reservedProblem(text: string, path: readonly string[]): Problem | undefined {
  if (path[0] !== 'spire') return undefined;
  return {
    message: `${quoted(text)} lies below /spire, which SPIRE keeps for its servers and agents`,
    fix: "choose another path, such as '/spire-agent' for an alias of nodes",
  };
}

function firstProblem<T>(items: readonly T[], of: (item: T) => Problem | undefined): Problem | undefined {
  for (const item of items) {
    const problem = of(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
