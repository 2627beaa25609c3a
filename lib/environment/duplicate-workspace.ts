import { type Finding, quoted } from '../finding';
import type { YamlFile } from './yaml-file';

/** Workspaces with one id. Looks at the raw data, so that it speaks up beside other errors. */
export function duplicateWorkspaces(file: string, yaml: YamlFile): readonly Finding[] {
  const workspaces = (yaml.value as { portarium?: { workspaces?: unknown } } | null)?.portarium?.workspaces;
  if (!Array.isArray(workspaces)) return [];
  const first = new Map<string, number>();
  const findings: Finding[] = [];
  for (const [index, workspace] of workspaces.entries()) {
    const id = (workspace as { id?: unknown } | null)?.id;
    if (typeof id !== 'string') continue;
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, index);
      continue;
    }
    const { line } = yaml.locate(['portarium', 'workspaces', other, 'id']);
    findings.push({
      rule: 'duplicate-workspace',
      severity: 'error',
      where: { file, ...yaml.locate(['portarium', 'workspaces', index, 'id']) },
      message: `the workspace id ${quoted(id)} is already taken by line ${line}`,
      fix: 'give each workspace an id of its own',
    });
  }
  return findings;
}
