import { cilium } from '../render/network/cilium';
import type { Dialect } from '../render/network/dialect';
import { kubernetes } from '../render/network/kubernetes';
import type { DialectSettings } from './environment';

/** The dialect that an environment names. */
export function dialectOf(settings: DialectSettings): Dialect {
  return settings.kind === 'kubernetes' ? kubernetes() : cilium({ version: settings.version });
}
