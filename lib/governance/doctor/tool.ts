/** A program that people or workflows run beside Portcullis. */
export interface Tool {
  /** Name of the command on the PATH, and in the file of pinned versions. */
  readonly name: string;
  /** Arguments that make it print its version, and nothing that needs a cluster. */
  readonly asks: readonly string[];
  /** The oldest version that does what is asked of it here. */
  readonly minimum: string;
  /** What is asked of it, and which version that takes. */
  readonly reason: string;
  /** Where that is written. */
  readonly source: string;
}

/** Tools that the documents, run-books and workflows of a platform call; another tool is one more entry. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'node',
    asks: ['--version'],
    minimum: '20.0.0',
    reason: 'runs Portcullis',
    source: '`engines` in the package.json of Portcullis',
  },
  {
    name: 'npm',
    asks: ['--version'],
    minimum: '10.2.0',
    reason:
      'writes the bill of materials (`npm sbom`) and signs where a package was built (`npm publish --provenance`)',
    source: 'https://docs.npmjs.com/cli/v10/commands/npm-sbom',
  },
  {
    name: 'kubectl',
    asks: ['version', '--client'],
    minimum: '1.29.0',
    reason: 'applies manifests; one minor version behind Kubernetes 1.30, which ValidatingAdmissionPolicies need',
    source: 'https://kubernetes.io/releases/version-skew-policy/#kubectl',
  },
  {
    name: 'cilium',
    asks: ['version', '--client'],
    minimum: '0.15.0',
    reason: 'shows the state of Cilium in run-books; older ones are for Cilium 1.13',
    source: 'https://github.com/cilium/cilium-cli#releases',
  },
  {
    name: 'kyverno',
    asks: ['version'],
    minimum: '1.19.0',
    reason: 'tests admission policies of policies.kyverno.io/v1; held against this version',
    source: 'Kyverno 1.19.0, cmd/cli/kubectl-kyverno',
  },
  {
    name: 'opa',
    asks: ['version'],
    minimum: '1.0.0',
    reason: 'tests the decisions, which are written in Rego v1',
    source: 'https://www.openpolicyagent.org/docs/v0-upgrade',
  },
  {
    name: 'promtool',
    asks: ['--version'],
    minimum: '2.42.0',
    reason: 'tests alerts; the oldest that their tests are held against',
    source: "Debian 12's package prometheus",
  },
  {
    name: 'pulumi',
    asks: ['version'],
    minimum: '3.200.0',
    reason: 'previews and applies programs; as old as the @pulumi/pulumi that Portcullis works with',
    source: '`peerDependencies` in the package.json of Portcullis',
  },
];

/** The names of all tools. */
export const TOOL_NAMES = TOOLS.map(({ name }) => name);
