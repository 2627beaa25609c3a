import { readYamlFile, type YamlFile } from '../../environment/yaml-file';
import type { LockEntry, Locked, LockedEnd } from './entry';

/**
 * Where settings files say what is allowed: the line of the host, the addresses or the tool in the workspace. Reads each
 * file once.
 */
export class SettingsPlaces {
  private readonly files = new Map<string, YamlFile | undefined>();

  /**
   * From 1: the line that says the very thing, or else the one of the workspace that has it. Undefined where the program
   * says it by itself, and not its settings.
   */
  lineOf({ entry, cause }: Locked): number | undefined {
    const said = saidBy(entry);
    if (cause.file === undefined || said === undefined) return undefined;
    const file = this.read(cause.file);
    if (file === undefined) return undefined;
    const workspace = said.workspace === undefined ? [] : pathOf(file.value, (value) => idOf(value) === said.workspace);
    if (workspace === undefined) return undefined;
    const within = valueAt(file.value, workspace);
    const [value, key] = said.value;
    const path =
      (key === undefined ? undefined : pathOf(within, (one, at) => one === value && at === key)) ??
      pathOf(within, (one) => value !== undefined && one === value) ??
      (said.workspace === undefined ? undefined : []);
    return path && file.locate([...workspace, ...path], 'value').line;
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

/** What a settings file would hold for an entry, and in which workspace, or outside of all of them. */
interface Said {
  readonly workspace?: string;
  /** The value, and under which key it counts most; empty where the workspace as a whole is the cause. */
  readonly value: readonly [value?: string, key?: string];
}

function saidBy(entry: LockEntry): Said | undefined {
  switch (entry.kind) {
    case 'tool':
      return { workspace: entry.workspace, value: [entry.tool] };
    case 'right':
      // The part before the slash is the workspace of another agent.
      return {
        workspace: workspaceOf(entry.agent),
        value: [entry.right === 'message' ? workspaceOf(entry.subject) : entry.subject],
      };
    case 'trust':
      return { value: [entry.what === 'deployer' ? entry.subject.replace(/^(user|group):/, '') : entry.subject] };
    case 'exemption': {
      const [, layer] = /^observe(?:-(.+))?$/.exec(entry.rule) ?? [undefined, undefined];
      const value: Said['value'] = entry.rule.startsWith('observe') ? ['observe', layer ?? 'egress'] : [entry.rule];
      return { workspace: workspaceOf(entry.subject), value };
    }
    case 'pods':
      return { workspace: workspaceOf(entry.name), value: [] };
    case 'identity':
      return { workspace: workspaceOf(entry.spiffeId.split('/agent/')[1] ?? ''), value: [] };
    case 'edge':
      return entry.from.kind === 'pods'
        ? { workspace: workspaceOf(entry.from.name), value: outside(entry.to) }
        : undefined;
  }
}

function outside(end: LockedEnd): Said['value'] {
  if (end.kind === 'host') return [end.host];
  return end.kind === 'cidr' ? [end.cidr] : [];
}

function workspaceOf(title: string): string {
  return title.split('/')[0] as string;
}

function idOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
}

/** Path of the first value inside another one that is looked for. */
function pathOf(
  value: unknown,
  isIt: (value: unknown, key: string | undefined) => boolean,
  at?: string,
): Path | undefined {
  if (isIt(value, at)) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    const path = pathOf(inner, isIt, key);
    if (path !== undefined) return [isList ? Number(key) : key, ...path];
  }
  return undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown>)[step], value);
}
