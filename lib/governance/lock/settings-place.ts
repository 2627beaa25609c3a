import { readYamlFile, type YamlFile } from '../../environment/yaml-file';
import type { LockEntry, Locked } from './entry';

/**
 * Where settings files say what is allowed: the line of the host, the addresses or the tool in the workspace. Reads each
 * file once.
 */
export class SettingsPlaces {
  private readonly files = new Map<string, YamlFile | undefined>();

  /** From 1; undefined where the program says it by itself, and not its settings. */
  lineOf({ entry, cause }: Locked): number | undefined {
    const said = saidBy(entry);
    if (cause.file === undefined || said === undefined) return undefined;
    const file = this.read(cause.file);
    if (file === undefined) return undefined;
    const workspace = pathOf(file.value, (value) => idOf(value) === said.workspace);
    const within = workspace === undefined ? undefined : valueAt(file.value, workspace);
    const path = within === undefined ? undefined : pathOf(within, (value) => value === said.value);
    return path === undefined ? undefined : file.locate([...(workspace ?? []), ...path], 'value').line;
  }

  private read(name: string): YamlFile | undefined {
    if (!this.files.has(name)) {
      const file = readYamlFile(name);
      this.files.set(name, 'findings' in file ? undefined : file);
    }
    return this.files.get(name);
  }
}

type Path = readonly (string | number)[];

/** What a settings file would hold for an entry, and in which workspace. */
function saidBy(entry: LockEntry): { readonly workspace: string; readonly value: string } | undefined {
  if (entry.kind === 'tool') return { workspace: entry.workspace, value: entry.tool };
  if (entry.kind === 'exemption') return { workspace: workspaceOf(entry.subject), value: entry.rule };
  if (entry.kind !== 'edge' || entry.from.kind !== 'pods') return undefined;
  const workspace = workspaceOf(entry.from.name);
  if (entry.to.kind === 'host') return { workspace, value: entry.to.host };
  return entry.to.kind === 'cidr' ? { workspace, value: entry.to.cidr } : undefined;
}

function workspaceOf(title: string): string {
  return title.split('/')[0] as string;
}

function idOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
}

/** Path of the first value inside another one that is looked for. */
function pathOf(value: unknown, isIt: (value: unknown) => boolean): Path | undefined {
  if (isIt(value)) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    const path = pathOf(inner, isIt);
    if (path !== undefined) return [isList ? Number(key) : key, ...path];
  }
  return undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value);
}
