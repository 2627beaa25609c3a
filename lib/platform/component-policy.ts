import { type ManifestContent, ManifestObject, type ManifestObjectProps } from '../synth/manifest-object';
import type { Component } from './component';
import type { PolicyPart } from './policy-part';

/** A policy of a component, rendered from what has been said about its pods by the time of synthesis. */
export class ComponentPolicy extends ManifestObject {
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
