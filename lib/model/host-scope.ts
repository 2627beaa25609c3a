import { type Problem, quoted } from '../finding';
import { isWithin, splitHost, standsFor } from './host-pattern';
import { METADATA_HOSTS } from './metadata-address';

/**
 * Domains that answer with whatever address the name carries (`169.254.169.254.nip.io`): an IP literal posing as a
 * host, and with a wildcard the whole internet.
 * @see https://nip.io, https://sslip.io, https://traefik.me, https://github.com/taviso/rbndr
 */
const ADDRESS_IN_NAME = ['nip.io', 'rbndr.us', 'sslip.io', 'traefik.me', 'xip.io'];

/**
 * Public suffixes that lie below a domain which is none itself. The list of public suffixes only answers upwards, so
 * the clouds that `**.` patterns are written for are named here.
 */
const SUFFIXES_BELOW = [
  'blob.core.windows.net',
  'global.ssl.fastly.net',
  'lambda-url.us-east-1.on.aws',
  's3.amazonaws.com',
  's3.cn-north-1.amazonaws.com.cn',
];

/** Top levels that nobody registers in, for networks of their own (RFC 2606, RFC 6762 appendix G, .internal). */
const PRIVATE_DOMAINS = new Set([
  'corp',
  'example',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'private',
  'test',
]);

/** The list of public suffixes takes longer to load than this whole room, and a program may do without host names. */
function suffixList(): typeof import('tldts') {
  return require('tldts') as typeof import('tldts');
}

/** What keeps a well-formed host (normalised) from being one system outside the cluster. */
export function scopeProblem(text: string, host: string): Problem | undefined {
  return (
    suffixProblem(text, host) ?? clusterProblem(text, host) ?? metadataProblem(text, host) ?? carrierProblem(text, host)
  );
}

function suffixProblem(text: string, host: string): Problem | undefined {
  const pattern = splitHost(host);
  const { wildcard, name } = pattern;
  if (wildcard === '') return exactProblem(text, name);
  const suffix =
    suffixList().getPublicSuffix(name, { allowPrivateDomains: true }) === name
      ? name
      : SUFFIXES_BELOW.find((below) => wildcard === '**.' && standsFor(pattern, below));
  if (suffix === undefined) return undefined;
  return {
    message: `${quoted(text)} covers the public suffix '${suffix}', under which anybody can have a name`,
    fix: 'name the registered domain or the hosts themselves',
  };
}

function exactProblem(text: string, name: string): Problem | undefined {
  if (!name.includes('.')) {
    return {
      message: `${quoted(text)} is a single label, not a host on the internet`,
      fix: 'write the full name of the host; declare what runs in the cluster as a Service',
    };
  }
  if (suffixList().getPublicSuffix(name) !== name) return undefined;
  return {
    message: `${quoted(text)} is a public suffix, not a host`,
    fix: 'name the registered domain or the host itself',
  };
}

/** Rules on host names never match pods; over the cluster's domain they would let every Service be looked up. */
function clusterProblem(text: string, host: string): Problem | undefined {
  const { name } = splitHost(host);
  if (/(^|\.)(svc|pod|cluster\.local|localhost|localdomain)$/.test(name)) {
    return {
      message: `${quoted(text)} is a name inside the cluster, and rules on host names never match pods`,
      fix: 'declare the target as a Service',
    };
  }
  const labels = name.split('.');
  if (labels.length > 2 || PRIVATE_DOMAINS.has(labels.at(-1) ?? '') || suffixList().parse(name).isIcann)
    return undefined;
  return {
    message: `${quoted(text)} has no top-level domain, and reads like <service>.<namespace> in the cluster`,
    fix: 'write the full name of the host; declare what runs in the cluster as a Service',
  };
}

function metadataProblem(text: string, host: string): Problem | undefined {
  const pattern = splitHost(host);
  const reached = METADATA_HOSTS.find((metadata) => isWithin(pattern.name, metadata) || standsFor(pattern, metadata));
  if (reached === undefined) return undefined;
  return {
    message: `${quoted(text)} reaches the cloud metadata endpoint ${reached}, which hands out credentials`,
    fix: 'remove it; give the workload its own identity instead',
  };
}

function carrierProblem(text: string, host: string): Problem | undefined {
  const { name } = splitHost(host);
  const carrier = ADDRESS_IN_NAME.find((domain) => isWithin(name, domain));
  if (carrier === undefined) return undefined;
  return {
    message: `${quoted(text)} is an IP address posing as a host: '${carrier}' answers with the address in the name`,
    fix: 'write the address under cidr (203.0.113.7/32)',
  };
}
