import { InvalidValueError } from '../finding';
import { type Labels, labelKeyProblem, labels } from '../model/label';

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

/** Throws InvalidValueError if a key of the scheme is no label key. */
export function checkLabelScheme(scheme: LabelScheme): LabelScheme {
  for (const key of [scheme.component, scheme.workspace, scheme.app?.key]) {
    const problem = key === undefined ? undefined : labelKeyProblem(key);
    if (problem !== undefined) throw new InvalidValueError(problem);
  }
  return scheme;
}

/** Labels that select a component's pods in its namespace; `workspace` where workspaces share the namespace. */
export function selectorLabels(scheme: LabelScheme, component: string, workspace?: string): Labels {
  return labels({
    [scheme.component]: component,
    ...(workspace === undefined ? {} : { [scheme.workspace]: workspace }),
  });
}

/** Labels that a component's pods carry. */
export function podLabels(scheme: LabelScheme, component: string, workspace?: string): Labels {
  return labels({
    ...(scheme.app === undefined ? {} : { [scheme.app.key]: scheme.app.prefix + component }),
    ...selectorLabels(scheme, component, workspace),
  });
}
