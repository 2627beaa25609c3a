import type { SdrComponent } from './label';

/** Why each component talks to NATS: the notes of the specification's communication table. */
export const NATS_PURPOSE: Readonly<Record<Exclude<SdrComponent, 'nats'>, string>> = {
  'spine-checkpointer': 'Subscribe to envelope subjects, publish checkpoints',
  'spine-witness': 'Subscribe to checkpoint subjects, publish co-signatures',
  'spine-proofs-api': 'Query log index KV bucket',
  'tetragon-bridge': 'Publish Tetragon envelopes',
  'hubble-bridge': 'Publish Hubble flow envelopes',
  hushd: 'Subscribe to Tetragon/Hubble subjects',
};

/** Why the other edges are there, in the table's words where it has some. */
export const PURPOSE = {
  proofsClients: 'Serve checkpoints and inclusion proofs to clients',
  proofsForHushd: 'Verify receipts, fetch inclusion proofs',
  hushdClients: 'Policy check API, SSE events',
  tetragon: 'gRPC GetEvents stream',
  hubble: 'gRPC GetFlows stream',
  sts: 'IAM authentication',
  natsRouting: 'NATS cluster routing between replicas',
  metrics: 'Metrics scraping',
} as const;
