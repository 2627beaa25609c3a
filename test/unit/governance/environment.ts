import { join } from 'node:path';
import { beforeAll } from 'vitest';
import type { Environment } from '../../../lib/environment';
import { loadEnvironments } from '../../../lib/environment/load';
import type { PlanSubject } from '../../../lib/governance/rollout/plan';
import { standardProgram } from '../../../lib/governance/standard-program';
import { temporaryFolder, writeFolder } from '../environment/refusal';

export interface Settings {
  /** Text in front of the portarium section. */
  readonly head?: string;
  /** Lines of the portarium section besides workspaces, indented by two. */
  readonly portarium?: readonly string[];
  /** `stage` of each workspace, as it is written; undefined leaves it out. */
  readonly stages?: readonly (string | undefined)[];
}

export const CILIUM = 'dialect: { kind: cilium, version: "1.19" }\n';
export const KUBERNETES = 'dialect: { kind: kubernetes }\n';
export const IDENTITY = 'identity: { trustDomain: portarium.dev }';

/** An environment file with the workspaces ws-0, ws-1, …; the first one of label isolation. */
export function settingsText({ head = CILIUM, portarium = [IDENTITY], stages = [undefined] }: Settings = {}): string {
  const workspaces = stages.flatMap((stage, index) => [
    `    - id: ws-${index}`,
    ...(index === 0 ? ['      isolation: label'] : []),
    ...(stage === undefined ? [] : [`      stage: ${stage}`]),
    '      tools: ["invoice:read"]',
    '      MachineExecutionPolicyV1: { egressAllowlist: [{ cidr: 203.0.113.0/24, purpose: testing }] }',
  ]);
  return [`${head}portarium:`, ...portarium.map((line) => `  ${line}`), '  workspaces:', ...workspaces, ''].join('\n');
}

/** Folders of the calling test file, and what loads environments from them. */
export function environments() {
  const root = temporaryFolder();
  const folder = join(root, 'environments');
  beforeAll(() => writeFolder(folder, {}));
  const load = (text: string): Environment => {
    writeFolder(folder, { 'prod.yaml': text });
    const { environments: loaded, findings } = loadEnvironments(folder, 'prod');
    if (loaded[0] === undefined) throw new Error(JSON.stringify(findings));
    return loaded[0];
  };
  const subject = (settings: Settings = {}): PlanSubject => {
    const environment = load(settingsText(settings));
    if (environment.portarium === undefined) throw new Error('no workspaces');
    return { environment, program: standardProgram, portarium: environment.portarium };
  };
  return { root, folder, load, subject };
}
