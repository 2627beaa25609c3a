import type { Workspace } from '../../../platform/workspace';
import type { ToolPolicy } from '../../../render/tools/tool-policy';
import type { PortariumIdentity } from '../identity';
import type { Portarium } from '../portarium';

/** What the sections of the runbook are about. */
export interface RunbookSubject {
  readonly portarium: Portarium;
  readonly policies: readonly ToolPolicy[];
  /** Undefined without a SPIRE. */
  readonly identity: PortariumIdentity | undefined;
  /** Name of the environment. */
  readonly environment: string;
}

/** Commands, as they are typed. */
export function* block(...lines: readonly string[]): Generator<string> {
  yield `\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`;
}

/** What has to come out, in words. */
export function expected(text: string): string {
  return `\nExpected: ${text}\n`;
}

/** What has to come out, to the letter; for one workspace where each has its own. */
export function* expectedOutput(lines: readonly string[], workspace?: Workspace): Generator<string> {
  const of = workspace === undefined ? '' : `, for ${workspace.workspaceId} and likewise for the others`;
  yield `\nExpected${of}:\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`;
}

/** Takes a layer to another stage: plan, settings file, manifests, cluster. */
export function* takeStep(
  { environment }: RunbookSubject,
  layer: string,
  options: { readonly back?: true; readonly evidence?: string } = {},
): Generator<string> {
  const back = options.back === undefined ? '' : ' --back';
  yield* block(
    `portcullis rollout plan --env ${environment}${back} --layer ${layer}${options.evidence ?? ''} --write`,
    `portcullis synth <program> --env ${environment}`,
    'kubectl diff -k .',
    'kubectl apply -k .',
  );
}
