import { type ExampleNames, type ExampleRequest, exampleRequests } from './example-request';
import { EXAMPLE_GUARD_OPTIONS } from './guard';

const API_VERSION = 'cli.kyverno.io/v1alpha1';

/**
 * The file that `kyverno test` looks for. It alone is called YAML: what lies beside it are objects that must never be
 * applied, so that nothing which collects manifests takes them for some.
 */
const INDEX = 'kyverno-test.yaml';
const VALUES = 'namespaces.values';

export interface KyvernoTestOptions extends ExampleNames {
  /** What the policies are written for; the CLI evaluates those of the API server, too. */
  readonly engine: 'kubernetes' | 'kyverno';
  /** The rendered policies, as they are reached from the folder of the tests. */
  readonly policyFile: string;
}

/** Names of the files of kyvernoTest(), which do not depend on what a program declares. */
export function kyvernoTestFiles(engine: KyvernoTestOptions['engine']): readonly string[] {
  return Object.keys(kyvernoTest({ ...EXAMPLE_GUARD_OPTIONS, namespaces: ['example'], engine, policyFile: '' }));
}

/**
 * The examples of every rule and guard as a folder for `kyverno test`: the documents of each file. They are held against the
 * policies as they are rendered, so the examples have the names of the program.
 * @see https://kyverno.io/docs/kyverno-cli/reference/kyverno_test/
 */
export function kyvernoTest(options: KyvernoTestOptions): Readonly<Record<string, readonly object[]>> {
  const { engine, namespaces } = options;
  const requests = exampleRequests(options).filter((request) => isSimulated(request, engine));
  // Who asks is said once for each test, and two objects of the same name would be one.
  const groups = new Map<string, ExampleRequest[]>();
  for (const request of requests) {
    const name = `${request.sender}-${request.operation.toLowerCase()}`;
    groups.set(name, [...(groups.get(name) ?? []), request]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    [INDEX]: sorted.map(([name, group]) => index(name, group, options)),
    [VALUES]: [values(namespaces)],
    ...Object.fromEntries(
      sorted.flatMap(([name, group]) => [
        [resourcesOf(name), group.map(({ object }) => object)],
        [userOf(name), [userInfo(group[0] as ExampleRequest)]],
      ]),
    ),
  };
}

/**
 * The CLI takes every request to a policy of the API server for one that creates (pkg/admissionpolicy/validate.go of Kyverno
 * 1.19.0), and counts as passed what it did not look at, such as the removal of a namespace.
 */
function isSimulated({ operation, object }: ExampleRequest, engine: KyvernoTestOptions['engine']): boolean {
  return operation === 'CREATE' || (engine === 'kyverno' && object.kind !== 'Namespace');
}

const resourcesOf = (name: string) => `${name}.resources`;
const userOf = (name: string) => `${name}.user`;

function index(name: string, group: readonly ExampleRequest[], { engine, policyFile }: KyvernoTestOptions): object {
  const kind = engine === 'kyverno' ? 'isValidatingPolicy' : 'isValidatingAdmissionPolicy';
  return {
    apiVersion: API_VERSION,
    kind: 'Test',
    metadata: { name: `portcullis-${name}` },
    policies: [policyFile],
    resources: [resourcesOf(name)],
    variables: VALUES,
    userinfo: userOf(name),
    results: group.map(({ policy, result, operation, object }) => ({
      policy,
      [kind]: true,
      kind: object.kind,
      resources: [object.metadata.name],
      ...(engine === 'kyverno' ? { operation } : {}),
      result,
    })),
  };
}

/** The CLI knows no namespace, and has to be told the labels by which policies select them. */
function values(namespaces: readonly string[]): object {
  return {
    apiVersion: API_VERSION,
    kind: 'Values',
    metadata: { name: 'namespaces' },
    namespaceSelector: namespaces.map((name) => ({ name, labels: { 'kubernetes.io/metadata.name': name } })),
  };
}

function userInfo({ sender, username, groups }: ExampleRequest): object {
  return { apiVersion: API_VERSION, kind: 'UserInfo', metadata: { name: sender }, userInfo: { username, groups } };
}
