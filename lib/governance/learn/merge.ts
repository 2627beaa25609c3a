import { randomUUID } from 'node:crypto';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { loadEnvironmentFile } from '../../environment/load';
import { type Finding, FindingsError, hasErrors, quoted } from '../../finding';
import { insertEntries } from './insert-entries';
import { missingEntries, type NewEntry, type WrittenEntry } from './missing-entries';
import type { WorkspaceProposal } from './sighting';

/** What merging did to a workspace. */
export interface MergedWorkspace {
  readonly workspace: string;
  /** Entries that were added. */
  readonly added: readonly NewEntry[];
  /** Number of proposed hosts and ports that the file had already. */
  readonly known: number;
}

interface EnvironmentText {
  readonly portarium?: { readonly workspaces: readonly WorkspaceText[] };
}

interface WorkspaceText {
  readonly id: string;
  readonly MachineExecutionPolicyV1: { egressAllowlist: 'none' | readonly WrittenEntry[] };
}

/**
 * Adds what is proposed to the allowlists of an environment file, and leaves everything else in it as it is, comments
 * too. What the file has already, under a pattern as well, is not added, so that merging again changes nothing.
 * @throws FindingsError, with nothing written, if the file is not right before or would not be right after, or lacks one
 * of the workspaces
 */
export function mergeInto(file: string, proposals: readonly WorkspaceProposal[]): readonly MergedWorkspace[] {
  const before = loadEnvironmentFile(file);
  if ('findings' in before) throw new FindingsError(before.findings);
  const text = readFileSync(file, 'utf8');
  const data = parse(text) as EnvironmentText;
  const problems = proposals.flatMap(({ workspace }) => missingWorkspace(file, workspace, data));
  const isForNames = proposals.length === 0 || before.dialect.kind === 'cilium';
  if (!isForNames) problems.push(namesNotKnown(file));
  if (problems.length > 0) throw new FindingsError(problems);
  let merged = text;
  const results = proposals.map(({ workspace, entries }): MergedWorkspace => {
    const index = workspacesOf(data).findIndex(({ id }) => id === workspace);
    const policy = (workspacesOf(data)[index] as WorkspaceText).MachineExecutionPolicyV1;
    const written = policy.egressAllowlist === 'none' ? [] : policy.egressAllowlist;
    const added = missingEntries(entries, written);
    const inserted = insertEntries(merged, index, added);
    if (inserted === undefined) throw new FindingsError([noPlace(file, workspace)]);
    merged = inserted;
    if (added.length > 0) policy.egressAllowlist = [...written, ...added.map(asWritten)];
    return { workspace, added, known: entries.length - added.reduce((sum, { ports }) => sum + ports.length, 0) };
  });
  if (merged !== text) replace(file, merged, data);
  return results;
}

/** Writes beside the file and reads that back, so that nothing but a whole and right file ever takes its place. */
function replace(file: string, text: string, expected: EnvironmentText): void {
  const target = realpathSync(file);
  const staged = `${target}.${randomUUID()}.tmp`;
  try {
    writeFileSync(staged, text, { flag: 'wx', mode: statSync(target).mode });
    const after = loadEnvironmentFile(staged);
    const findings = 'findings' in after ? after.findings.map((finding) => ({ ...finding, where: { file } })) : [];
    if (hasErrors(findings)) throw new FindingsError(findings);
    if (!isDeepStrictEqual(parse(text), expected)) throw new FindingsError([otherwiseChanged(file)]);
    renameSync(staged, target);
  } finally {
    rmSync(staged, { force: true });
  }
}

function asWritten({ host, protocol, ports, purpose }: NewEntry) {
  return {
    host,
    ...(ports.length === 1 && ports[0] === 443 ? {} : { ports }),
    ...(protocol === 'TCP' ? {} : { protocol }),
    purpose,
  };
}

function workspacesOf({ portarium }: EnvironmentText): readonly WorkspaceText[] {
  return portarium?.workspaces ?? [];
}

function missingWorkspace(file: string, workspace: string, data: EnvironmentText): readonly Finding[] {
  const ids = workspacesOf(data).map(({ id }) => id);
  if (ids.includes(workspace)) return [];
  return [
    {
      rule: 'learn-workspace',
      severity: 'error',
      where: { file },
      message: `the file has no workspace ${quoted(workspace)}, which the logs name`,
      fix: `add it, or merge one of its workspaces alone with --workspace: ${ids.join(', ') || 'it has none'}`,
    },
  ];
}

function namesNotKnown(file: string): Finding {
  return {
    rule: 'learn-dialect',
    severity: 'error',
    where: { file },
    message: 'the dialect of this environment is plain Kubernetes, which knows no host names, and hosts are proposed',
    fix: 'merge into an environment of Cilium, or write the addresses of the hosts under cidr yourself',
  };
}

function noPlace(file: string, workspace: string): Finding {
  return {
    rule: 'learn-merge',
    severity: 'error',
    where: { file },
    message: `there is no place for entries in the egressAllowlist of ${quoted(workspace)}`,
    fix: 'write the list with one entry to a line that starts with a hyphen',
  };
}

function otherwiseChanged(file: string): Finding {
  return {
    rule: 'learn-merge',
    severity: 'error',
    where: { file },
    message: 'adding the entries would change something else in the file',
    fix: 'write the lists with one entry to a line that starts with a hyphen',
  };
}
