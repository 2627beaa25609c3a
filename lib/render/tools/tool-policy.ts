import { InvalidValueError, type Problem, quoted } from '../../finding';
import type { KubeObject } from '../../kube/object';
import type { Labels } from '../../model/label';
import { proseProblem } from '../../model/prose';
import type { Stage } from '../../model/stage';
import { type ToolAllowlist, toolAllowlist } from '../../model/tool-allowlist';
import { commandLines } from '../identity/shell-word';
import { celString } from './cel-string';

/** A policy of the Portarium control plane, as `portarium policy create --file` reads it. */
export interface ToolPolicy {
  readonly schemaVersion: 1;
  readonly policyId: string;
  readonly workspaceId: string;
  readonly name: string;
  /** The first rule whose condition holds decides. */
  readonly rules: readonly InlineRule[];
}

export interface InlineRule {
  readonly ruleType: 'InlineRule';
  /** A CEL expression over `tool.name`. */
  readonly condition: string;
  readonly effect: 'Allow' | 'Deny';
  readonly reason?: string;
}

export interface ToolPolicyOptions {
  /** Id of the workspace in the control plane. */
  readonly workspaceId: string;
  readonly tools: ToolAllowlist;
  /** @default `pol-tool-allowlist-<workspaceId>` */
  readonly policyId?: string;
  /** @default `Tool allowlist of <workspaceId>` */
  readonly name?: string;
  /**
   * `observe` lets every tool through and gives those that are not listed a reason.
   * @default 'enforce'
   */
  readonly stage?: Stage;
}

/** What an agent is told whose call was denied; alerts and runbooks look for it. */
export const DENIAL_REASON = 'Tool not on workspace allowlist.';
/** What the control plane notes about a call that would be denied; runbooks look for it. */
export const AUDIT_REASON = 'Tool not on workspace allowlist; observed, not denied.';
/** Name of the file in the ConfigMap. */
export const POLICY_FILE = 'tool-allowlist.json';

const ID = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/**
 * The policy that lets through the tools of an allowlist and denies all others, with the keys of seed 000. The denial
 * comes last and stands alone where nothing is allowed.
 *
 * The schema knows no effect but Allow and Deny, so while observing the last rule allows, with a reason of its own by
 * which decisions are found that would have been denials. Without a last rule it would be up to the control plane.
 * @throws InvalidValueError for tools that toolAllowlist() refuses, and for ids that are not plain words
 */
export function toolPolicy(options: ToolPolicyOptions): ToolPolicy {
  const {
    workspaceId,
    policyId = `pol-tool-allowlist-${workspaceId}`,
    name = `Tool allowlist of ${workspaceId}`,
  } = options;
  const problem =
    idProblem(workspaceId, 'workspace id') ?? idProblem(policyId, 'policy id') ?? proseProblem(name, 'the policy name');
  if (problem !== undefined) throw new InvalidValueError(problem);
  const tools = toolAllowlist(options.tools);
  const others = othersRule(options.stage ?? 'enforce');
  const rules = tools === 'none' ? [others] : [allowRule(tools), others];
  return { schemaVersion: 1, policyId, workspaceId, name, rules };
}

function allowRule(tools: readonly string[]): InlineRule {
  return { ruleType: 'InlineRule', condition: toolCondition(tools), effect: 'Allow' };
}

function othersRule(stage: Stage): InlineRule {
  return stage === 'enforce'
    ? { ruleType: 'InlineRule', condition: 'true', effect: 'Deny', reason: DENIAL_REASON }
    : { ruleType: 'InlineRule', condition: 'true', effect: 'Allow', reason: AUDIT_REASON };
}

/** The CEL expression that holds for exactly these tools. */
export function toolCondition(tools: readonly string[]): string {
  return `tool.name in [${tools.map(celString).join(', ')}]`;
}

/** What keeps a text from being an id: it stands on command lines and in file names. */
function idProblem(text: string, what: string): Problem | undefined {
  if (ID.test(text)) return undefined;
  return {
    message: `${what} ${quoted(text)} is not a plain word`,
    fix: "use letters, digits, '.', '_' and '-', at most 128, starting and ending with a letter or digit",
  };
}

/** The policy as a file. */
export function toolPolicyFile(policy: ToolPolicy): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}

/** The policy as a ConfigMap, for whatever applies it inside the cluster. */
export function toolPolicyConfigMap(
  policy: ToolPolicy,
  { name, namespace, labels }: { readonly name: string; readonly namespace: string; readonly labels?: Labels },
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: labels === undefined ? { name, namespace } : { name, namespace, labels },
    data: { [POLICY_FILE]: toolPolicyFile(policy) },
  };
}

/** `portarium policy create --file … --workspace …`. */
export function createPolicyCommand(policy: ToolPolicy, file: string = POLICY_FILE): string {
  // A name that starts with a dash would be read as an option.
  const path = file.startsWith('-') ? `./${file}` : file;
  return commandLines(['portarium', 'policy', 'create', '--file', path, '--workspace', policy.workspaceId], []);
}

/** `portarium policy delete --policy-id …`: the way back, after which no tool is denied by this list. */
export function deletePolicyCommand(policy: ToolPolicy): string {
  return commandLines(['portarium', 'policy', 'delete', '--policy-id', policy.policyId], []);
}
