import type { App, IResolver } from 'cdk8s';

const OF_VALUES = Symbol.for('portcullis.resolverOfValues');

/** LazyResolver, ImplicitTokenResolver and NumberStringUnionResolver, which every App has. */
const DEFAULT_RESOLVERS = 3;

/**
 * A resolver that changes nothing but values that are no plain data. Objects that are plain data need not go through
 * cdk8s because of it.
 */
export abstract class ResolverOfValues implements IResolver {
  readonly [OF_VALUES] = true;
  abstract resolve(...args: Parameters<IResolver['resolve']>): void;
}

/** True if resolvers of the user's own may change any value; they see every value only on cdk8s's own path. */
export function hasOwnResolvers(app: App): boolean {
  return app.resolvers.filter((resolver) => !(OF_VALUES in resolver)).length > DEFAULT_RESOLVERS;
}
