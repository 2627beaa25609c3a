import type { Profile } from './profile';
import type { ProfileJson } from './profile-schema';

/** For machines; see profile-schema.ts. */
export function profileJson(profiles: readonly Profile[]): string {
  const data: ProfileJson = {
    schemaVersion: 1,
    environments: profiles.map(({ environment, rows }) => ({ environment, rows })),
    findings: profiles.flatMap(({ findings }) => findings),
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
