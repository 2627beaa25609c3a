import * as v from 'valibot';
import { registryProblem } from '../model/registry';
import { SECURITY_TOOLS } from '../model/tool-profile';
import { distrolessProblem } from '../render/admission/distroless';
import { deployerProblem } from '../render/admission/requester';
import { orchestratorProblem } from '../render/orchestrator/policy';
import { quotaProblem } from '../render/workload/quota';
import { checked, described, type PartProblem } from './check';
import { notEmpty } from './value-schema';

const texts = v.array(v.string());

const flag = (text: string) => v.optional(described(v.boolean(), text));

/** Which security tools the environment has. */
export const toolsSchema = v.strictObject({
  opa: flag('Open Policy Agent decides for the orchestrator. Default: whether portarium.authorization is said'),
  kyverno: flag('Kyverno holds the admission policies; else the API server itself does. Default: false'),
  cilium: flag('Cilium enforces the network policies. Default: what the dialect says'),
  spire: flag('SPIRE issues identities. Default: whether portarium.identity is there'),
  envoy: flag('Not rendered yet, and counts as off. Default: false'),
  falco: flag('Not rendered yet, and counts as off. Default: false'),
});

/** Where images may come from. */
export const registriesSchema = notEmpty(
  v.array(checked(v.string(), registryProblem)),
  'the list of registries',
  'name a registry, or remove the key',
);

const deployer = checked(
  v.strictObject({
    users: v.optional(described(texts, 'Names of users.')),
    groups: v.optional(described(texts, 'Names of groups.')),
    serviceAccounts: v.optional(described(texts, 'Service accounts as namespace/name.')),
  }),
  (value) => deployerProblem(value as Parameters<typeof deployerProblem>[0]),
);

const distroless = checked(
  v.strictObject({
    bases: described(texts, 'What base images begin with, with a slash at the end.'),
    provenance: v.optional(
      described(
        v.strictObject({
          issuer: described(v.string(), 'Who vouches for the builder, an https address.'),
          subject: described(v.string(), 'The whole identity of the builder.'),
        }),
        'Who signs the provenance of images. Default: the annotation of the builder counts',
      ),
    ),
  }),
  (value) => distrolessProblem(value as Parameters<typeof distrolessProblem>[0]),
);

/** What the cluster holds against requests. */
export const admissionSchema = v.strictObject({
  deployer: described(deployer, 'Who alone may change policies, namespaces, and what grants rest on.'),
  mode: v.optional(
    described(v.picklist(['enforce', 'audit']), 'audit refuses nothing, and says what it would. Default: enforce'),
  ),
  distroless: v.optional(described(distroless, 'What images have to be made from; needs Kyverno. Default: any base')),
});

/** What the orchestrator decides by itself. */
export const orchestratorSchema = checked(
  v.strictObject({
    tokenAudience: v.optional(
      described(v.string(), 'Audience of the tokens that pods present. Default: portarium-control-plane'),
    ),
    tokenLifetime: v.optional(described(v.number(), 'Seconds, 600 to 3600. Default: 3600')),
    rateLimit: v.optional(
      described(
        v.strictObject({
          requestsPerSecond: v.optional(described(v.number(), 'Of one caller. Default: 10')),
          burst: v.optional(described(v.number(), 'Requests at once. Default: 20')),
        }),
        'How often one caller may call.',
      ),
    ),
  }),
  ({ tokenAudience: audience = 'control-plane', tokenLifetime, rateLimit = {} }) =>
    orchestratorProblem({
      tokens: { audience, ...(tokenLifetime === undefined ? {} : { lifetime: tokenLifetime }) },
      rateLimit: rateLimit as Parameters<typeof orchestratorProblem>[0]['rateLimit'],
    }),
);

/** How much a workspace may use. */
export const quotaSchema = checked(
  v.strictObject({
    cpu: v.optional(described(v.number(), 'Cores. Default: 8')),
    memory: v.optional(described(v.number(), 'GiB. Default: 16')),
    ephemeralStorage: v.optional(described(v.number(), 'GiB on the disks of nodes. Default: 32')),
    pods: v.optional(described(v.number(), 'Default: 50')),
  }),
  (value) => quotaProblem(value as Parameters<typeof quotaProblem>[0]),
);

interface ProfiledFile {
  readonly dialect?: { readonly kind?: string } | undefined;
  readonly tools?: Readonly<Record<string, boolean | undefined>> | undefined;
  readonly clawdstrike?: { readonly ciliumVersion?: unknown } | undefined;
  readonly portarium?:
    | {
        readonly identity?: unknown;
        readonly authorization?: unknown;
        readonly admission?: { readonly distroless?: unknown } | undefined;
      }
    | undefined;
}

/** Tools that are said to be off, and that something else in the file needs; and the other way round. */
export function profileProblems({ dialect, tools = {}, portarium, clawdstrike }: ProfiledFile): readonly PartProblem[] {
  const needs: Partial<Record<(typeof SECURITY_TOOLS)[number], string | undefined>> = {
    cilium: dialect?.kind === 'cilium' ? 'the dialect' : undefined,
    spire: portarium?.identity === undefined ? undefined : 'portarium.identity',
    kyverno: portarium?.admission?.distroless === undefined ? undefined : 'portarium.admission.distroless',
    opa: portarium?.authorization === undefined ? undefined : 'portarium.authorization',
  };
  const enables: Partial<Record<(typeof SECURITY_TOOLS)[number], string>> = {
    cilium: 'dialect: { kind: cilium }',
    spire: 'portarium.identity',
    kyverno: 'portarium.admission',
    opa: 'portarium.authorization',
  };
  const has = {
    cilium: dialect?.kind === 'cilium' || clawdstrike?.ciliumVersion !== undefined,
    spire: portarium?.identity !== undefined,
    kyverno: portarium?.admission !== undefined,
    opa: portarium?.authorization !== undefined,
  } as Readonly<Record<string, boolean>>;
  return SECURITY_TOOLS.flatMap((tool): readonly PartProblem[] => {
    const at = ['tools', tool];
    if (needs[tool] !== undefined && tools[tool] === false) {
      const message = `${tool} is off, and ${needs[tool]} needs it: nothing would hold what is enforced`;
      return [{ at, message, fix: `turn it on, or change ${needs[tool]}` }];
    }
    if (tools[tool] === true && has[tool] === false) {
      return [{ at, message: `${tool} is on, and nothing here uses it`, fix: `say ${enables[tool]}, or turn it off` }];
    }
    return [];
  });
}
