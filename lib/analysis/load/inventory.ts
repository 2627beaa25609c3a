import * as v from 'valibot';
import type { Finding } from '../../finding';
import { grouped } from '../../kube/grouped';
import type { Workload } from './manifests';

/** Name of the file that says which pods there will be. */
export const INVENTORY_FILE = 'inventory.json';

const TEXT_MAP = v.record(v.string(), v.string());
const INVENTORY = v.object({
  schemaVersion: v.literal(1),
  /** What enforces the policies: `kubernetes`, `cilium 1.19`. */
  dialect: v.string(),
  /** Where images may come from; any registry if it is missing. */
  registries: v.optional(v.array(v.string())),
  namespaces: v.array(v.object({ name: v.string(), labels: TEXT_MAP })),
  components: v.array(
    v.object({
      namespace: v.string(),
      name: v.string(),
      labels: TEXT_MAP,
      serviceAccount: v.optional(v.string()),
      hostNetwork: v.optional(v.boolean()),
      ports: v.optional(
        v.array(v.object({ name: v.string(), port: v.number(), protocol: v.picklist(['TCP', 'UDP', 'SCTP']) })),
      ),
    }),
  ),
});

/** `inventory.json`, which synthesis writes beside the manifests: the pods that the policies were written for. */
export type Inventory = v.InferOutput<typeof INVENTORY>;

/** Reads an inventory, or says what is wrong with it. */
export function parseInventory(value: unknown, file: string): Inventory | { readonly findings: readonly Finding[] } {
  const parsed = v.safeParse(INVENTORY, value);
  if (parsed.success) return parsed.output;
  const findings = parsed.issues.slice(0, 5).map((issue): Finding => {
    const message = `the inventory cannot be read: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`;
    const fix = 'synthesize again; the pods are not known without it';
    return { rule: 'inventory', severity: 'error', where: { file }, message, fix };
  });
  return { findings };
}

/** The components of inventories as workloads, less those that the manifests have workloads for. */
export function inventoryWorkloads(inventories: readonly Inventory[], found: readonly Workload[]): readonly Workload[] {
  const byNamespace = grouped(found, ({ namespace }) => namespace);
  const known = new Set<string>();
  return inventories.flatMap(({ components }) =>
    components.flatMap((component): readonly Workload[] => {
      const { namespace, name, labels } = component;
      const key = JSON.stringify([namespace, name, labels]);
      const carries = (workload: Workload) =>
        Object.entries(labels).every(([label, value]) => workload.labels[label] === value);
      if (known.has(key) || byNamespace.get(namespace)?.some(carries)) return [];
      known.add(key);
      const { serviceAccount = 'default', hostNetwork = false, ports = [] } = component;
      return [{ namespace, name, kind: 'Component', labels, serviceAccount, hostNetwork, ports, addresses: [] }];
    }),
  );
}
