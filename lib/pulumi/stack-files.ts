import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { environmentFiles, environmentName } from '../environment/folder';
import { readYamlFile } from '../environment/yaml-file';
import { type Finding, quoted } from '../finding';
import { field, text } from '../kube/field';

/**
 * Folder of the `Pulumi.<stack>.yaml` files.
 * @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/#stackconfigdir
 */
export function stackFolder(project: string): string {
  const yaml = readYamlFile(join(project, 'Pulumi.yaml'));
  const folder = 'findings' in yaml ? undefined : text(field(yaml.value, 'stackConfigDir'));
  return resolve(project, folder ?? '.');
}

/**
 * Stacks and environments that do not belong together: each environment is deployed by the stack of its name.
 * @param folder of the `Pulumi.<stack>.yaml` files
 * @param stack the stack that runs, for which an environment has to exist
 */
export function stackFindings(folder: string, environments: string, stack: string): readonly Finding[] {
  const { files, findings } = environmentFiles(environments);
  // What is wrong with the folder is said when it is loaded.
  if (files.length === 0) return findings;
  const known = files.map(environmentName);
  const stacks = stacksIn(folder);
  const alone = stacks.filter((name) => name !== stack && !known.includes(name));
  return [
    ...(known.includes(stack) ? [] : [stackWithoutEnvironment(stack, known, environments, 'error')]),
    ...alone.map((name) => stackWithoutEnvironment(name, known, join(folder, `Pulumi.${name}.yaml`), 'warning')),
    ...files
      .filter((file) => ![...stacks, stack].includes(environmentName(file)))
      .map((file): Finding => {
        const name = environmentName(file);
        const message = `no stack deploys the environment ${quoted(name)}`;
        const fix = `add Pulumi.${name}.yaml with portcullis:contexts, and run \`pulumi stack init ${name}\``;
        return { rule: 'environment-without-stack', severity: 'warning', where: { file }, message, fix };
      }),
  ];
}

function stackWithoutEnvironment(
  stack: string,
  known: readonly string[],
  file: string,
  severity: 'error' | 'warning',
): Finding {
  return {
    rule: 'stack-without-environment',
    severity,
    where: { file },
    message: `the stack ${quoted(stack)} has no environment`,
    fix: `add ${stack}.yaml to the environments, or use a stack called ${known.join(' or ')}`,
  };
}

function stacksIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .flatMap((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1] ?? [])
    .sort();
}
