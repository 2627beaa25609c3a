import type { IConstruct } from 'constructs';
import { InvalidValueError, type Problem } from '../finding';
import type { PodSpec } from '../kube/pod';
import { type SecretFiles, secretFilesProblem, withSecretFiles } from '../render/workload/secret-files';
import { type PodToken, podTokenProblem, withToken } from '../render/workload/token';
import { type PodVariables, withVariables } from '../render/workload/variables';

/** What a component gives to its pods besides what their workloads say. */
export class PodEquipment {
  private presented: PodToken | undefined;
  private readonly changes: ((spec: PodSpec) => PodSpec)[] = [];

  constructor(private readonly component: IConstruct & { readonly title: string }) {}

  get token(): PodToken | undefined {
    return this.presented;
  }

  /** @throws InvalidValueError for a token that podTokenProblem() refuses, and for a second one */
  addToken(token: PodToken): void {
    this.refuse(podTokenProblem(token));
    if (this.presented !== undefined) {
      const message = `'${this.component.title}' presents a token to '${this.presented.audience}' already`;
      this.refuse({ message, fix: 'let both parties check one audience, or write the projected volume by hand' });
    }
    this.presented = token;
    this.changes.push((spec) => withToken(spec, token));
  }

  /** @throws InvalidValueError for what secretFilesProblem() refuses */
  addSecret(files: SecretFiles): void {
    this.refuse(secretFilesProblem(files));
    this.changes.push((spec) => withSecretFiles(spec, files));
  }

  addVariables(variables: PodVariables): void {
    this.changes.push((spec) => withVariables(spec, variables));
  }

  /** The pods with all of it. */
  addedTo(spec: PodSpec): PodSpec {
    return this.changes.reduce((changed, change) => change(changed), spec);
  }

  private refuse(problem: Problem | undefined): void {
    if (problem !== undefined) throw new InvalidValueError(problem, this.component.node.path);
  }
}
