import { inventoryWorkloads, parseInventory } from '../../../../lib/analysis/load/inventory';
import { manifestsOf } from '../../../../lib/analysis/load/load';
import type { Manifests } from '../../../../lib/analysis/load/manifests';
import type { KubeObject } from '../../../../lib/kube/object';
import { inventory } from '../../../../lib/platform/inventory';
import type { Platform } from '../../../../lib/platform/platform';
import { type Proof, prove } from '../../../../lib/program/proof/proof';
import { manifests } from '../../platform/build';

/** The spec of a policy of either kind. */
export type Spec = Record<string, Rule[] | undefined>;
export type Rule = Record<string, unknown>;

/** What a platform renders, with the pods of its inventory. */
export function rendered(platform: Platform, objects: readonly KubeObject[] = manifests(platform)): Manifests {
  const parsed = parseInventory(JSON.parse([...inventory(platform)].join('')), 'inventory.json');
  if ('findings' in parsed) throw new Error(parsed.findings.map(({ message }) => message).join());
  const loaded = manifestsOf(objects);
  return { ...loaded, workloads: inventoryWorkloads([parsed], []), dialect: parsed.dialect };
}

/** Proves what a platform renders, or what somebody made of it. */
export function proofOf(platform: Platform, change: (objects: KubeObject[]) => KubeObject[] = (all) => all): Proof {
  const objects = JSON.parse(JSON.stringify(manifests(platform))) as KubeObject[];
  return prove(rendered(platform, change(objects)), [platform]);
}

/** Findings as `severity rule message`. */
export function lines({ findings }: Proof): readonly string[] {
  return findings.map(({ severity, rule, message }) => `${severity} ${rule} ${message}`);
}
