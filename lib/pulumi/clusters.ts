import { join } from 'node:path';
import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import type { Environment } from '../environment/environment';
import type { Finding } from '../finding';
import type { Root } from '../program/build';
import type { StackConfig } from './stack-config';

/** Names the cluster of a program. */
export type ClusterOf = (program: string, environment: Environment) => pulumi.ProviderResource;

/** One provider for each cluster of a stack. */
export class Clusters {
  private readonly byContext = new Map<string, Provider>();

  /**
   * @param folder of the `Pulumi.<stack>.yaml` files
   * @param given names clusters instead of the stack
   */
  constructor(
    private readonly folder: string,
    private readonly config: StackConfig,
    private readonly given: ClusterOf | undefined,
  ) {}

  /** Programs for which nobody names a cluster. The current context is none: it is a matter of who runs Pulumi. */
  findings(roots: readonly Root[]): readonly Finding[] {
    if (this.given !== undefined) return [];
    return roots
      .filter(({ program }) => !Object.hasOwn(this.config.contexts, program.name))
      .map(({ program: { name } }): Finding => {
        const where = { file: join(this.folder, `Pulumi.${pulumi.getStack()}.yaml`) };
        const message = `nobody says which cluster the program '${name}' is for`;
        const fix = `run \`pulumi config set --path 'portcullis:contexts.${name}' CONTEXT\` with a context of the kubeconfig`;
        return { rule: 'missing-context', severity: 'error', where, message, fix };
      });
  }

  /** The provider for a program, registered when it is first asked for. */
  of({ program, environment }: Root): pulumi.ProviderResource {
    if (this.given !== undefined) return this.given(program.name, environment);
    const { contexts, kubeconfig } = this.config;
    const context = contexts[program.name] as string;
    const known = this.byContext.get(context);
    if (known !== undefined) return known;
    const provider = new Provider(context, { context, ...(kubeconfig === undefined ? {} : { kubeconfig }) });
    this.byContext.set(context, provider);
    return provider;
  }
}
