import { InvalidValueError } from '../finding';
import { dnsSubdomainProblem } from '../model/name';
import { PURPOSE_ANNOTATIONS } from '../render/network/purpose';
import { type ManifestContent, ManifestObject, type ManifestObjectProps } from '../synth/manifest-object';
import type { Component } from './component';
import type { Platform } from './platform';
import type { PolicyPart } from './policy-part';
import { versionPlace, type WrittenSpec } from './written-spec';

/** A policy of a component, rendered from what has been said about its pods by the time of synthesis. */
class ComponentPolicy extends ManifestObject {
  /** @param part what goes into the policy; undefined for all that is left by the component's parts */
  constructor(
    private readonly component: Component,
    id: string,
    props: Omit<ManifestObjectProps, 'render'>,
    private readonly part: PolicyPart | undefined,
  ) {
    super(component, id, props);
  }

  protected override render(): ManifestContent {
    return this.component.renderPolicy(this.part);
  }
}

/** One of the policies of a component. */
interface PolicySettings {
  readonly policyName: string;
  /** File of the policy object below the output directory. */
  readonly file: string;
  /** What goes into the policy; undefined for all that is left by the component's parts. */
  readonly part: PolicyPart | undefined;
  /** The spec as somebody wrote it, instead of what the edges say. */
  readonly written: WrittenSpec | undefined;
}

/**
 * Adds a policy to a component, in the platform's dialect.
 * @throws InvalidValueError with the component's path for a name that Kubernetes refuses
 */
export function addPolicy(
  component: Component,
  platform: Platform,
  id: string,
  policy: PolicySettings,
): ManifestObject {
  const { policyName, file, part, written } = policy;
  const problem = dnsSubdomainProblem(policyName, 'policy name');
  if (problem !== undefined) throw new InvalidValueError(problem, component.node.path);
  const { dialect, policyLabels } = platform;
  const props = {
    apiVersion: dialect.policy.apiVersion,
    kind: dialect.policy.kind,
    name: policyName,
    namespace: component.namespace,
    labels: policyLabels,
    file,
    annotationKeys: PURPOSE_ANNOTATIONS,
    version: versionPlace(platform, written),
  };
  return written === undefined
    ? new ComponentPolicy(component, id, props, part)
    : new ManifestObject(component, id, { ...props, render: () => ({ spec: written }) });
}
