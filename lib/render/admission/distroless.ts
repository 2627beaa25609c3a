import { InvalidValueError, type Problem, quoted } from '../../finding';
import type { KubeObject } from '../../kube/object';
import { CEL_VARIABLES } from '../../kube/workload-rule/cel';
import { registryProblem } from '../../model/registry';
import { type AdmissionPolicy, type AdmissionScope, namespaceSelector, validationActions } from './admission-policy';
import { KYVERNO_API_VERSION } from './kyverno';
import { celList } from './requester';
import { WORKLOAD_RESOURCES } from './workload-policy';

/** Images that hold a program and what it needs, and neither a shell nor a package manager. */
export interface DistrolessSettings {
  /** What base images begin with, with a slash at the end: `gcr.io/distroless/`. */
  readonly bases: readonly string[];
  /**
   * Who signs the provenance of images, by Sigstore without keys: the strong form.
   * @default - the annotation alone counts, which whoever builds an image may write as they like
   */
  readonly provenance?: ProvenanceSigner;
}

export interface ProvenanceSigner {
  /** `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** `https://github.com/portarium/build/.github/workflows/release.yml@refs/heads/main`. */
  readonly subject: string;
}

/** What is wrong with the settings. */
export function distrolessProblem({ bases, provenance }: DistrolessSettings): Problem | undefined {
  if (bases.length === 0) return { message: 'no base image is approved', fix: 'name one, such as gcr.io/distroless/' };
  const problem = bases.map(registryProblem).find((found) => found !== undefined);
  if (problem !== undefined || provenance === undefined) return problem;
  const { issuer, subject } = provenance;
  if (!/^https:\/\/[!-~]+$/.test(issuer)) {
    return { message: `issuer ${quoted(issuer)} is not an https address`, fix: 'name who vouches for the builder' };
  }
  return subject.trim() === '' || subject.includes('*')
    ? { message: `subject ${quoted(subject)} is nobody in particular`, fix: 'write the whole identity of the builder' }
    : undefined;
}

/**
 * What the image says of itself: `org.opencontainers.image.base.name` in its manifest. The builder writes it, so this keeps
 * out mistakes and no liar. The registry has to be asked, so only Kyverno can.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md
 * @throws InvalidValueError for what distrolessProblem() names
 */
export function distrolessByAnnotation(settings: DistrolessSettings): AdmissionPolicy {
  refuse(settings);
  const annotations = 'image.GetMetadata(c.image).manifest.annotations';
  const key = "'org.opencontainers.image.base.name'";
  return {
    name: 'portcullis-distroless-annotation',
    title: 'An image that does not say that its base is approved (asserted by its builder)',
    resources: WORKLOAD_RESOURCES,
    conditions: [],
    variables: CEL_VARIABLES,
    validations: [
      {
        expression: `variables.containers.all(c, has(${annotations}) && ${annotations} != null && ${key} in ${annotations} && ${celList(settings.bases)}.exists(b, ${annotations}[${key}].startsWith(b)))`,
        message: `the manifest of an image has to name a base from ${settings.bases.join(', ')}`,
      },
    ],
    asksWho: false,
  };
}

/** Lists of a pod's images that Kyverno makes itself. */
const IMAGES = ['containers', 'initContainers', 'ephemeralContainers'];

/**
 * What the builder's signed provenance says the image was made of: SLSA provenance that BuildKit writes, signed by the one
 * builder that is trusted. Undefined where nobody is named who signs.
 * @see https://slsa.dev/spec/v1.0/provenance
 * @see https://kyverno.io/docs/policy-types/image-validating-policy/
 * @throws InvalidValueError for what distrolessProblem() names
 */
export function distrolessByProvenance(settings: DistrolessSettings, scope: AdmissionScope): KubeObject | undefined {
  refuse(settings);
  const { bases, provenance } = settings;
  if (provenance === undefined) return undefined;
  const { issuer, subject } = provenance;
  const purls = celList(bases.map((base) => `pkg:docker/${base}`));
  const made = 'extractPayload(i, attestations.provenance).predicate.buildDefinition';
  const each = (list: string, holds: string) => `images.${list}.all(i, ${holds})`;
  const title = 'An image whose signed provenance names no approved base';
  return {
    apiVersion: KYVERNO_API_VERSION,
    kind: 'ImageValidatingPolicy',
    metadata: { name: 'portcullis-distroless-provenance', annotations: { 'portcullis.dev/title': title } },
    spec: {
      failurePolicy: 'Fail',
      validationActions: validationActions(scope),
      // What is changed on the way in is not what was reviewed.
      validationConfigurations: { mutateDigest: false, verifyDigest: false, required: true },
      matchConstraints: {
        namespaceSelector: namespaceSelector(scope.namespaces),
        resourceRules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['pods', 'pods/ephemeralcontainers'],
          },
        ],
      },
      matchImageReferences: [{ glob: '*' }],
      attestors: [{ name: 'builder', cosign: { keyless: { identities: [{ issuer, subject }] } } }],
      attestations: [{ name: 'provenance', intoto: { type: 'https://slsa.dev/provenance/v1' } }],
      validations: [
        {
          expression: IMAGES.map((list) =>
            each(list, 'verifyAttestationSignatures(i, attestations.provenance, [attestors.builder]) > 0'),
          ).join(' && '),
          message: 'the provenance of an image has to be signed by the builder',
        },
        {
          expression: IMAGES.map((list) =>
            each(
              list,
              `has(${made}.resolvedDependencies) && ${made}.resolvedDependencies.exists(d, has(d.uri) && ${purls}.exists(b, d.uri.startsWith(b)))`,
            ),
          ).join(' && '),
          message: `the provenance of an image has to name a base from ${bases.join(', ')}`,
        },
      ],
    },
  };
}

function refuse(settings: DistrolessSettings): void {
  const problem = distrolessProblem(settings);
  if (problem !== undefined) throw new InvalidValueError(problem);
}
