import { Platform } from '../../platform/platform';
import { type BuildOptions, buildAll, type Root } from '../../program/build';
import { lockedBy } from './collect';
import type { Locked } from './entry';

/**
 * Everything that programs allow, for every environment or for one.
 * @throws FindingsError if a program or its settings are wrong
 */
export function lockedByPrograms(options: Omit<BuildOptions, 'outdir'>): readonly Locked[] {
  // Nothing is written, so it does not matter where to.
  const { roots } = buildAll({ ...options, outdir: '.' });
  return roots.flatMap(lockedByRoot);
}

/** Everything that one program allows in one environment. */
export function lockedByRoot({ app, environment, program }: Root): readonly Locked[] {
  const platforms = app.node.findAll().filter(Platform.isPlatform);
  return platforms.flatMap((platform) => {
    const scope = `${environment.name}/${program.name}`;
    // Two platforms may call their pods alike.
    const own = platforms.length === 1 ? scope : `${scope}/${platform.node.path.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}`;
    return lockedBy(platform, own, environment.file);
  });
}
