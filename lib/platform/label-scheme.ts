import { InvalidValueError, type Problem } from '../finding';
import { type Labels, labelKeyProblem } from '../model/label';

/**
 * Which labels tell components and workspaces apart. Policies select by `component` and `workspace`; pods carry those
 * and, for tools that look for it, `app`.
 */
export interface LabelScheme {
  /** Key whose value names the component: `agent`, `execution-plane`, the name of a service. */
  readonly component: string;
  /** Key whose value is the workspace id. */
  readonly workspace: string;
  /**
   * A further label for pods: its value is the prefix followed by the component's name.
   * @default - pods carry no further label
   */
  readonly app?: { readonly key: string; readonly prefix: string };
}

export const DEFAULT_LABEL_SCHEME: LabelScheme = Object.freeze({
  component: 'app.kubernetes.io/component',
  workspace: 'portcullis.dev/workspace',
});

/**
 * Returns the scheme.
 * @param construct path that the error names
 * @throws InvalidValueError if a key is no label key, or stands for two things: one of the two values would be lost
 */
export function checkLabelScheme(scheme: LabelScheme, construct: string): LabelScheme {
  const keys = [scheme.component, scheme.workspace, ...(scheme.app === undefined ? [] : [scheme.app.key])];
  const problem = keys.map(labelKeyProblem).find((found) => found !== undefined) ?? sharedKeyProblem(keys);
  if (problem !== undefined) throw new InvalidValueError(problem, construct);
  return scheme;
}

function sharedKeyProblem(keys: readonly string[]): Problem | undefined {
  const shared = keys.find((key, index) => keys.indexOf(key) !== index);
  if (shared === undefined) return undefined;
  return { message: `label key '${shared}' stands for two things`, fix: 'give each its own key' };
}

/**
 * Labels that select a component's pods in its namespace; `workspace` where workspaces share the namespace. Component
 * checks them, and names the construct that they are for.
 */
export function selectorLabels(scheme: LabelScheme, component: string, workspace?: string): Labels {
  return {
    [scheme.component]: component,
    ...(workspace === undefined ? {} : { [scheme.workspace]: workspace }),
  };
}

/** Labels that a component's pods carry. */
export function podLabels(scheme: LabelScheme, component: string, workspace?: string): Labels {
  return {
    ...(scheme.app === undefined ? {} : { [scheme.app.key]: scheme.app.prefix + component }),
    ...selectorLabels(scheme, component, workspace),
  };
}
