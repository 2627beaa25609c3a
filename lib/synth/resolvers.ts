import type { App } from 'cdk8s';

/** LazyResolver, ImplicitTokenResolver and NumberStringUnionResolver, which every App has. */
const DEFAULT_RESOLVERS = 3;

/** True if an app has resolvers of the user's own, which see every value only on cdk8s's own path. */
export function hasOwnResolvers(app: App): boolean {
  return app.resolvers.length > DEFAULT_RESOLVERS;
}
