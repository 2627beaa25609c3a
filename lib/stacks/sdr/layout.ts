import type { SdrComponent } from './label';

/** Folder of the policies below the output directory. */
export const POLICIES = 'cilium-policies';

/** File of each policy, as the specification names them. */
export const POLICY_FILES = {
  namespace: `${POLICIES}/00-namespace-isolation.yaml`,
  'spine-checkpointer': `${POLICIES}/01-spine-checkpointer.yaml`,
  'spine-witness': `${POLICIES}/02-spine-witness.yaml`,
  'spine-proofs-api': `${POLICIES}/03-spine-proofs-api.yaml`,
  'tetragon-bridge': `${POLICIES}/04-tetragon-bridge.yaml`,
  'hubble-bridge': `${POLICIES}/05-hubble-bridge.yaml`,
  hushd: `${POLICIES}/06-hushd.yaml`,
  nats: `${POLICIES}/07-nats-jetstream.yaml`,
  dns: `${POLICIES}/08-allow-dns.yaml`,
  prometheus: `${POLICIES}/09-allow-prometheus.yaml`,
} as const satisfies Record<SdrComponent | 'namespace' | 'dns' | 'prometheus', string>;

/** Name of the namespace's policy, in the specification and here. */
export const NAMESPACE_POLICY = 'sdr-namespace-default-deny';
/** Name of NATS's policy. */
export const NATS_POLICY = 'nats-jetstream';
