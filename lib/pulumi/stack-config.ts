import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import * as v from 'valibot';
import { described } from '../environment/check';
import { schemaFindings } from '../environment/issue';
import { readYamlFile, type YamlFile } from '../environment/yaml-file';
import { type Finding, quoted } from '../finding';

/** Namespace of the keys in `Pulumi.<stack>.yaml`: `portcullis:contexts`. */
const NAMESPACE = 'portcullis';

/** Keys whose values are text even if that is JSON, as a kubeconfig may be. */
const TEXTS: readonly string[] = [`${NAMESPACE}:kubeconfig`];

const TEXT = v.pipe(v.string(), v.minLength(1));

const SCHEMA = v.strictObject({
  contexts: v.optional(
    described(v.record(TEXT, TEXT), 'For each program the context of the kubeconfig that names its cluster.'),
    {},
  ),
  kubeconfig: v.optional(described(TEXT, 'A kubeconfig or its path.')),
  protectDefaultDeny: v.optional(
    described(v.boolean(), 'Whether Pulumi refuses to delete the policies that deny everything.'),
    true,
  ),
});

/** What a stack says about its clusters. */
export interface StackConfig {
  /** Contexts of the kubeconfig, by program. */
  readonly contexts: Readonly<Record<string, string>>;
  /**
   * A kubeconfig, or its path; secret if the stack keeps it as a secret.
   * @default - what kubectl would take
   */
  readonly kubeconfig?: pulumi.Input<string>;
  /** Whether default denies are protected; they are unless the stack says otherwise. */
  readonly protectDefaultDeny: boolean;
}

/**
 * Reads the configuration of the stack that runs, or says everything that is wrong with it.
 * @param folder folder of the `Pulumi.<stack>.yaml` files, so that findings can name lines
 * @param programs names of all programs
 */
export function readStackConfig(
  folder: string,
  programs: readonly string[],
): { readonly config: StackConfig; readonly findings: readonly Finding[] } {
  const file = join(folder, `Pulumi.${pulumi.getStack()}.yaml`);
  const yaml = configuration(file);
  const parsed = v.safeParse(SCHEMA, yaml.value);
  if (!parsed.success) return { config: NOTHING, findings: schemaFindings(file, yaml, SCHEMA, parsed.issues) };
  const { contexts, protectDefaultDeny } = parsed.output;
  const findings = Object.keys(contexts)
    .filter((name) => !programs.includes(name))
    .map((name): Finding => {
      const where = { file, ...yaml.locate(['contexts', name], 'key') };
      const message = `${quoted(name)} is given a context and is no program`;
      return { rule: 'unknown-program', severity: 'error', where, message, fix: `use one of ${programs.join(', ')}` };
    });
  const kubeconfig = new pulumi.Config(NAMESPACE).getSecret('kubeconfig');
  const config = { contexts, protectDefaultDeny, ...(kubeconfig === undefined ? {} : { kubeconfig }) };
  return { config, findings };
}

const NOTHING: StackConfig = Object.freeze({ contexts: Object.freeze({}), protectDefaultDeny: true });

/** The values of our namespace as the engine hands them over, and the places where the file has them. */
function configuration(file: string): YamlFile {
  const prefix = `${NAMESPACE}:`;
  const entries = Object.entries(pulumi.runtime.allConfig()).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), TEXTS.includes(key) ? value : decoded(value)]] : [],
  );
  const yaml = readYamlFile(file);
  return {
    value: Object.fromEntries(entries),
    locate: ([key, ...rest], part) => {
      // A value of the command line (`pulumi up -c`) stands in no file.
      if ('findings' in yaml) return { line: 1, column: 1 };
      return yaml.locate(key === undefined ? ['config'] : ['config', `${prefix}${key}`, ...rest], part);
    },
  };
}

/** The engine hands over texts: JSON for maps and lists, `true` and `false`. */
function decoded(value: string): unknown {
  if (!/^(?:[{[]|(?:true|false)$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
