import { lt, valid } from 'semver';
import * as v from 'valibot';
import { checked, described } from '../../environment/check';
import { schemaFindings } from '../../environment/issue';
import { readYamlFile, type YamlFile } from '../../environment/yaml-file';
import { type Finding, quoted } from '../../finding';
import { TOOL_NAMES, TOOLS } from './tool';

/** A version that is pinned, and its file for those who want to know that it is the one. */
const pin = v.strictObject({
  version: described(
    checked(v.string(), (text) =>
      valid(text) === text
        ? undefined
        : { message: `${quoted(text)} is not a version`, fix: "write all three numbers, such as '1.33.2'" },
    ),
    'The oldest version that is let through: 1.33.2.',
  ),
  sha256: v.optional(
    described(
      v.record(
        v.string(),
        checked(v.string(), (text) =>
          /^[0-9a-f]{64}$/.test(text)
            ? undefined
            : { message: `${quoted(text)} is no SHA-256`, fix: 'write 64 digits of 0-9 and a-f' },
        ),
      ),
      'SHA-256 of the file of exactly this version, by platform (linux-x64, darwin-arm64).',
    ),
  ),
});

/** What `tool-versions.json` holds. */
export const pinnedVersionsSchema = v.strictObject({
  $schema: v.optional(v.string()),
  tools: described(
    v.strictObject(Object.fromEntries(TOOL_NAMES.map((name) => [name, v.optional(pin)]))),
    'Versions by the name of the command.',
  ),
});

export type Pin = v.InferOutput<typeof pin>;

/** A file of pinned versions that can say where each stands. */
export interface PinnedVersions {
  readonly file: string;
  readonly tools: Readonly<Record<string, Pin | undefined>>;
  /** Place of the pin of a tool, or of the closest thing around it. */
  where(tool: string): Finding['where'];
}

/** Reads a file of pinned versions, or says everything that is wrong with it. */
export function readPinnedVersions(file: string): PinnedVersions | { readonly findings: readonly Finding[] } {
  // JSON is YAML, and this reader knows lines and refuses keys that are there twice.
  const yaml = readYamlFile(file);
  if ('findings' in yaml) return yaml;
  const parsed = v.safeParse(pinnedVersionsSchema, yaml.value);
  const findings = schemaFindings(file, yaml, pinnedVersionsSchema, parsed.issues ?? []);
  if (!parsed.success || findings.length > 0) return { findings };
  const { tools } = parsed.output;
  return { file, tools, where: placed(file, yaml) };
}

function placed(file: string, yaml: YamlFile): PinnedVersions['where'] {
  return (tool) => ({ file, ...yaml.locate(['tools', tool, 'version']) });
}

/** Pins that are older than what is needed here, which would let a tool through that is too old. */
export function lowPins({ tools, where }: PinnedVersions): readonly Finding[] {
  return TOOLS.flatMap(({ name, minimum, reason }): readonly Finding[] => {
    const pinned = tools[name];
    if (pinned === undefined || !lt(pinned.version, minimum)) return [];
    const message = `${name} is pinned to ${pinned.version}, and ${minimum} is the oldest that will do: ${reason}`;
    return [{ rule: 'tool-pin-low', severity: 'error', where: where(name), message, fix: `pin ${minimum} or newer` }];
  });
}

/**
 * What was taken away from pins: lower versions, tools and sums that are gone. A change that lowers a pin lets an older
 * tool with known faults back in, and looks harmless in a review.
 */
export function loweredPins(now: PinnedVersions, before: PinnedVersions): readonly Finding[] {
  return Object.entries(before.tools).flatMap(([name, old]): readonly Finding[] => {
    if (old === undefined) return [];
    const found = (message: string): readonly Finding[] => [
      {
        rule: 'tool-pin-lowered',
        severity: 'error',
        where: now.where(name),
        message,
        fix: 'put it back; where it has to be, let the owners of this file merge it by hand and say why',
      },
    ];
    const pinned = now.tools[name];
    if (pinned === undefined) return found(`${name} was pinned to ${old.version}, and is not any more`);
    if (lt(pinned.version, old.version)) return found(`${name} goes back from ${old.version} to ${pinned.version}`);
    const lost = Object.keys(old.sha256 ?? {}).filter((platform) => pinned.sha256?.[platform] === undefined);
    if (lost.length > 0) return found(`the SHA-256 of ${name} for ${lost.join(', ')} is gone`);
    const changed = Object.entries(old.sha256 ?? {}).filter(([platform, sum]) => pinned.sha256?.[platform] !== sum);
    if (changed.length === 0 || pinned.version !== old.version) return [];
    return found(`the SHA-256 of ${name} ${old.version} is another, though the version is the same`);
  });
}
