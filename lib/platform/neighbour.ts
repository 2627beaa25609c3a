import type { IConstruct } from 'constructs';
import type { Platform } from './platform';

const byRoot = new WeakMap<IConstruct, Platform[]>();

/** Notes a platform beside the others of its app, with which it shares a cluster. */
export function addNeighbour(platform: Platform): void {
  const { root } = platform.node;
  const list = byRoot.get(root);
  if (list === undefined) byRoot.set(root, [platform]);
  else list.push(platform);
}

/** The platforms of an app, this one among them, in the order of declaration. */
export function neighboursOf(platform: Platform): readonly Platform[] {
  return byRoot.get(platform.node.root) ?? [platform];
}
