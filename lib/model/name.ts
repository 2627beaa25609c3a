import { type Problem, quoted } from '../finding';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * What keeps a text from being a DNS label (RFC 1123): the rule for namespaces and containers. At most 63 of `a-z`,
 * `0-9` and `-`, not starting or ending with `-`. Services follow it too, and most releases of Kubernetes ask of them
 * that the first character be a letter (RFC 1035).
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function dnsLabelProblem(text: string, what: string): Problem | undefined {
  if (text.length > 63) {
    return {
      message: `${what} ${quoted(text)} has ${text.length} characters`,
      fix: 'shorten it to 63 characters at most',
    };
  }
  if (LABEL.test(text)) return undefined;
  return {
    message: `${what} ${quoted(text)} is not a DNS label`,
    fix: "use lower-case letters, digits and '-', and start and end with a letter or digit",
  };
}

/**
 * What keeps a text from being a DNS subdomain (RFC 1123), the rule for most object names: at most 253 characters,
 * labels joined by dots.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
 */
export function dnsSubdomainProblem(text: string, what: string): Problem | undefined {
  if (text.length > 253) {
    return { message: `${what} has ${text.length} characters`, fix: 'shorten it to 253 characters at most' };
  }
  if (SUBDOMAIN.test(text)) return undefined;
  return {
    message: `${what} ${quoted(text)} is not a DNS subdomain`,
    fix: "use lower-case letters, digits, '-' and '.', and start and end every part with a letter or digit",
  };
}

/**
 * What keeps a namespace from being denied by default: it belongs to Kubernetes itself, and its pods (DNS, the network
 * plugin) keep the cluster alive. The prefix `kube-` is reserved for it.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
 */
export function reservedNamespaceProblem(namespace: string): Problem | undefined {
  if (!namespace.startsWith('kube-')) return undefined;
  return {
    message: `namespace '${namespace}' belongs to Kubernetes, and a default deny there takes the cluster down`,
    fix: 'use another namespace, or manageNamespace: false for a component that has to live there',
  };
}
