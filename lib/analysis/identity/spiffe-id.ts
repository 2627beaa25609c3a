import { type Problem, quoted } from '../../finding';

const LONGEST = 2048;
const LONGEST_TRUST_DOMAIN = 255;
const SEGMENT = /^[A-Za-z0-9._-]+$/;

/**
 * What keeps a text from being the SPIFFE ID of an entry. Of a template, only what stands outside of its braces can be
 * judged.
 * @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#2-spiffe-identity
 * @see pkg/server/api/id.go of SPIRE 1.15.3 (`VerifyTrustDomainWorkloadID`) for the reserved and the empty path
 */
export function spiffeIdProblem(text: string): Problem | undefined {
  const problem = syntaxProblem(text);
  if (problem !== undefined) return problem;
  if (!/^spiffe:\/\/[^/]*\/spire(?:\/|$)/.test(text)) return undefined;
  return {
    message: `${quoted(text)} lies below /spire, which SPIRE keeps for its servers and agents`,
    fix: "choose another path, such as '/spire-agent' for an alias of nodes",
  };
}

/** What keeps a text from being a parent: as above, but servers and agents are parents too. */
export function parentIdProblem(text: string): Problem | undefined {
  return /^spiffe:\/\/[^/]*\/spire\/(?:server$|agent\/)/.test(text) ? syntaxProblem(text) : spiffeIdProblem(text);
}

function syntaxProblem(text: string): Problem | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST && !text.includes('{{')) {
    return { message: `the SPIFFE ID has ${bytes} bytes`, fix: `shorten it to ${LONGEST} bytes at most` };
  }
  // What braces stand for is a name, as far as anybody can tell from here.
  const filled = text.replaceAll(/\{\{.*?\}\}/g, 'x');
  const about = (what: string, fix: string): Problem => ({ message: `${quoted(text)} ${what}`, fix });
  if (/[*?]/.test(filled)) {
    return about('holds a wildcard, and SPIFFE knows none', 'register each identity by its own SPIFFE ID');
  }
  if (/\s/.test(filled)) return about('holds blanks', 'remove them');
  if (!filled.startsWith('spiffe://')) {
    return about("does not start with 'spiffe://'", 'write spiffe://trust-domain/path');
  }
  const [domain = '', ...path] = filled.slice('spiffe://'.length).split('/');
  return domainProblem(domain, about) ?? pathProblem(path, about);
}

type About = (what: string, fix: string) => Problem;

function domainProblem(domain: string, about: About): Problem | undefined {
  if (/[A-Z]/.test(domain)) {
    return about(
      'has a trust domain in upper case, and SPIFFE compares to the letter',
      'write it in lower case, as the SPIRE server does',
    );
  }
  if (/^[a-z0-9._-]+$/.test(domain) && domain.length <= LONGEST_TRUST_DOMAIN) return undefined;
  return about('has no valid trust domain', "use lower-case letters, digits, '.', '_' and '-', at most 255 of them");
}

function pathProblem(path: readonly string[], about: About): Problem | undefined {
  if (path.length === 0)
    return about('has no path, so it names no workload', "add one, such as '/agent/ws-production'");
  const bad = path.find((segment) => !SEGMENT.test(segment) || segment === '.' || segment === '..');
  if (bad === undefined) return undefined;
  if (bad === '') return about('has an empty path segment', 'put one slash between two segments, and none at the end');
  return about(`has the path segment ${quoted(bad)}`, "use letters, digits, '.', '_' and '-'");
}
