import type * as v from 'valibot';
import type { Compliance } from './compliance';
import type { complianceSchema } from './compliance-schema';

/** What `portcullis compliance --format json` prints, which nobody can write to. */
type ComplianceJson = Data<v.InferOutput<typeof complianceSchema>>;
type Data<Value> = Value extends object ? { readonly [Key in keyof Value]: Data<Value[Key]> } : Value;

/** For machines; see compliance-schema.ts. */
export function complianceJson({ workspaces, platform, controls, findings }: Compliance, title: string): string {
  const data: ComplianceJson = {
    schemaVersion: 1,
    title,
    workspaces: workspaces.map(({ workspace, owner, layers, forced, items }) => {
      return { workspace, ...(owner === undefined ? {} : { owner }), layers, forced, items };
    }),
    platform,
    controls,
    findings,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
