import { InvalidValueError, type Problem } from '../../finding';
import type { Labels } from '../../model/label';
import { labels } from '../../model/label';
import type { Stage } from '../../model/stage';
import { SDR_LABELS, type SdrComponent } from './label';
import type { SdrPods, SdrSettings } from './settings';

/** Settings with every default filled in and every value checked. */
export interface ResolvedSdrSettings {
  readonly namespace: string;
  readonly natsNamespaces: readonly string[];
  readonly natsSelector: Labels;
  readonly natsHeadlessService: string;
  readonly natsMetricsPort: number;
  readonly metricsPort: number;
  readonly prometheus: SdrPods;
  readonly gateway: SdrPods;
  /** Host of the AWS STS endpoint; undefined if the witness does not use it. */
  readonly stsHost: string | undefined;
  readonly trustDomain: string;
  readonly tetragonBridge: { readonly namespace: string; readonly hostNetwork: boolean };
  readonly stages: Readonly<Partial<Record<SdrComponent | 'namespace', Stage>>>;
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
/** @see https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#21-trust-domain */
const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;

/**
 * Fills in defaults.
 * @throws InvalidValueError for a region or trust domain that cannot exist, or NATS in more than two namespaces
 */
export function resolveSettings(settings: SdrSettings): ResolvedSdrSettings {
  const namespace = settings.namespace ?? SDR_LABELS.stack;
  const nats = settings.natsNamespace ?? namespace;
  const natsNamespaces = typeof nats === 'string' ? [nats] : [...new Set(nats)];
  const region = settings.awsRegion ?? 'us-east-1';
  const trustDomain = settings.trustDomain ?? 'aegis.local';
  const problem = natsProblem(natsNamespaces) ?? regionProblem(region) ?? trustDomainProblem(trustDomain);
  if (problem !== undefined) throw new InvalidValueError(problem);
  return {
    namespace,
    natsNamespaces,
    natsSelector: labels(settings.natsSelector ?? { [SDR_LABELS.component]: 'nats' }),
    natsHeadlessService: settings.natsHeadlessService ?? 'nats-headless',
    natsMetricsPort: settings.natsMetricsPort ?? 7777,
    metricsPort: settings.metricsPort ?? 2112,
    prometheus: settings.prometheus ?? {
      namespace: 'monitoring',
      labels: { 'app.kubernetes.io/name': 'prometheus' },
    },
    gateway: settings.gateway ?? {
      namespace: 'envoy-gateway-system',
      labels: { [SDR_LABELS.component]: 'envoy-gateway' },
    },
    stsHost: region === 'none' ? undefined : stsHost(region),
    trustDomain,
    tetragonBridge: {
      namespace: settings.tetragonBridge?.namespace ?? 'kube-system',
      hostNetwork: settings.tetragonBridge?.hostNetwork ?? false,
    },
    stages: settings.stages ?? {},
  };
}

/**
 * Regional endpoint of AWS STS.
 * @see https://docs.aws.amazon.com/general/latest/gr/sts.html (China's regions have a domain of their own)
 */
function stsHost(region: string): string {
  return `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** What keeps a list from being where NATS runs. */
export function natsProblem(namespaces: readonly string[]): Problem | undefined {
  if (namespaces.length === 1 || namespaces.length === 2) return undefined;
  return {
    message: `NATS is said to run in ${namespaces.length} namespaces`,
    fix: 'name the one it runs in, or the old and the new one while it moves',
  };
}

/** What keeps a text from being an AWS region, or `none`. */
export function regionProblem(region: string): Problem | undefined {
  if (region === 'none' || REGION.test(region)) return undefined;
  return { message: `'${region}' is not an AWS region`, fix: "write a region such as 'eu-central-1', or 'none'" };
}

/** What keeps a text from being a SPIFFE trust domain. */
export function trustDomainProblem(trustDomain: string): Problem | undefined {
  if (TRUST_DOMAIN.test(trustDomain)) return undefined;
  return {
    message: `'${trustDomain}' is not a SPIFFE trust domain`,
    fix: "use lower-case letters, digits, '.', '-' and '_', without spiffe://",
  };
}
