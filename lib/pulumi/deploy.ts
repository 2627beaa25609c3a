import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { type Finding, FindingsError, formatFinding, hasErrors } from '../finding';
import { inEnvironment } from '../program/build';
import type { Program } from '../program/program';
import { rehearse } from '../program/run';
import { ClusterObjects, logFindings } from './cluster-objects';
import { type ClusterOf, Clusters } from './clusters';
import { OutputResolver } from './output-resolver';
import { planResources } from './resource-plan';
import { readStackConfig } from './stack-config';
import { stackFindings, stackFolder } from './stack-files';

/** What `pulumi up` deploys. */
export interface DeployOptions {
  readonly programs: readonly Program[];
  /**
   * Folder of Pulumi.yaml.
   * @default - what Pulumi says
   */
  readonly project?: string;
  /**
   * Folder with the environments' settings.
   * @default - `environments` in the folder of Pulumi.yaml
   */
  readonly environments?: string;
  /**
   * The cluster of a program.
   * @default - the one that `portcullis:contexts` of the stack names
   */
  readonly provider?: ClusterOf;
}

/** What was registered. */
export interface Deployment {
  readonly environment: string;
  /** By program; an environment may not have all programs. */
  readonly programs: Readonly<Record<string, ClusterObjects>>;
}

/** Refuses a stack with everything that is wrong; Pulumi prints the message alone, without a stack trace. */
export class DeploymentError extends pulumi.RunError {
  constructor(
    stack: string,
    readonly findings: readonly Finding[],
  ) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const head = `the stack '${stack}' is not deployed, since there ${errors === 1 ? 'is 1 error' : `are ${errors} errors`}:`;
    super([head, ...findings.map(formatFinding)].join('\n'));
  }
}

/**
 * Builds every program for the environment that has the name of the stack, proves it, and registers its objects, or, if
 * anything is wrong with any of it, nothing.
 *
 * @throws DeploymentError with the findings of all programs
 * @example
 * // index.ts of a Pulumi project, with environments/prod.yaml for the stack prod
 * const { environment } = deploy({ programs: [program] });
 */
export function deploy(options: DeployOptions): Deployment {
  const stack = pulumi.getStack();
  try {
    return deployStack(stack, options);
  } catch (error) {
    throw error instanceof FindingsError ? new DeploymentError(stack, error.findings) : error;
  }
}

function deployStack(stack: string, options: DeployOptions): Deployment {
  const { programs, project = pulumi.getRootDirectory(), environments = join(project, 'environments') } = options;
  const folder = stackFolder(project);
  const names = programs.map(({ name }) => name);
  const { config, findings } = readStackConfig(folder, names);
  const known = [...stackFindings(folder, environments, stack), ...findings];
  // Without an environment there is nothing to build.
  if (known.some(({ rule, severity }) => rule === 'stack-without-environment' && severity === 'error')) {
    throw new FindingsError(known);
  }
  const resolvers = [new OutputResolver()];
  const rehearsal = rehearse({ programs, environments, environment: stack, findings: known, resolvers });
  const clusters = new Clusters(folder, config, options.provider);
  const plans = rehearsal.roots.map((root) => ({ root, plan: planResources(root.app) }));
  const all = [
    ...rehearsal.findings,
    ...clusters.findings(rehearsal.roots),
    ...plans.flatMap(({ root, plan }) => [...plan.findings, ...plan.unprovable].map(inEnvironment(root.environment))),
  ];
  if (hasErrors(all)) throw new FindingsError(all);
  logFindings(all);
  const { protectDefaultDeny } = config;
  const deployed = plans.map(({ root, plan }) => {
    const { name } = root.program;
    const props = { app: root.app, plan, provider: clusters.of(root), protectDefaultDeny };
    return [name, new ClusterObjects(name, props)] as const;
  });
  return { environment: stack, programs: Object.fromEntries(deployed) };
}
