import type { Environment } from '../environment/environment';
import { argo } from '../synth/delivery/argo';
import type { Delivery } from '../synth/delivery/delivery';
import { flux } from '../synth/delivery/flux';
import type { Program } from './program';

/** How an environment has a program delivered; the output of each is in a folder of its own. */
export function deliveryOf(
  { name: environment, delivery }: Environment,
  { name: program }: Pick<Program, 'name'>,
): Delivery | undefined {
  if (delivery === undefined) return undefined;
  const name = `${environment}-${program}`;
  const below = (path: string) => `${path}/${environment}/${program}`;
  return 'argo' in delivery
    ? argo({ ...delivery.argo, name, path: below(delivery.argo.path) })
    : flux({ ...delivery.flux, name, path: below(delivery.flux.path) });
}
