import { type Labels, labels } from '../../model/label';

/** Parts of the detection-and-response stack, by how close they are to the evidence chain. */
export type SdrTier = 'spine' | 'bridge' | 'daemon' | 'infra';

/** Components of the stack, with their tiers. */
export const SDR_COMPONENTS = {
  'spine-checkpointer': 'spine',
  'spine-witness': 'spine',
  'spine-proofs-api': 'spine',
  'tetragon-bridge': 'bridge',
  'hubble-bridge': 'bridge',
  hushd: 'daemon',
  nats: 'infra',
} as const satisfies Record<string, SdrTier>;

export type SdrComponent = keyof typeof SDR_COMPONENTS;

/** The label conventions of the stack, in one place. */
export const SDR_LABELS = {
  partOf: 'app.kubernetes.io/part-of',
  component: 'app.kubernetes.io/component',
  tier: 'clawdstrike.io/tier',
  /** Value of `partOf` on every object and pod of the stack. */
  stack: 'clawdstrike',
} as const;

/** Labels that the pods of a component carry. */
export function sdrPodLabels(component: SdrComponent): Labels {
  return labels({
    [SDR_LABELS.partOf]: SDR_LABELS.stack,
    [SDR_LABELS.component]: component,
    [SDR_LABELS.tier]: SDR_COMPONENTS[component],
  });
}
