import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { InvalidValueError, quoted } from '../finding';
import { nextSteps } from '../governance/init/next-steps';
import { templateFiles } from '../governance/init/template';
import { writeRepository } from '../governance/init/write-repository';
import { dnsLabelProblem } from '../model/name';
import { asUsage, parsedOption } from './analysis-input';
import { packageVersion } from './version';

interface InitFlags {
  readonly name?: string;
  readonly owners: string;
  readonly missing?: true;
}

/** Nobody has this name on GitHub's side, so that a forgotten one approves nothing. */
const NOBODY = '@OWNER/security @OWNER/maintainers';

/** `portcullis init`: a new repository that works at once. */
export function initCommand(): Command {
  const command = new Command('init')
    .description('Make a new repository: program, environments, lock, tests, workflow, owners, Pulumi and cdk8s.')
    .argument('[folder]', 'where; it is made if it does not exist', '.')
    .addOption(parsedOption('--name <name>', 'name of the package (default: that of the folder)', parseName))
    .addOption(
      parsedOption(
        '--owners <owners>',
        'who approves changes, such as @acme/security,@acme/maintainers',
        parseOwners,
      ).default(NOBODY, `${NOBODY}, to be replaced`),
    )
    .option('--missing', 'in a folder that has some of the files: write the others, and keep those');
  return command.action((folder: string, flags: InitFlags) => asUsage(command, () => init(folder, flags)));
}

function init(folder: string, { name = nameOf(folder), owners, missing }: InitFlags): void {
  // As a script passes it on whose variable is not set; the working directory would be a surprise.
  if (folder === '')
    throw new InvalidValueError({ message: 'the name of the folder is empty', fix: "name it, or '.'" });
  const files = templateFiles({ name, owners, version: packageVersion() });
  const { written, kept } = writeRepository(folder, files, missing === true);
  for (const path of kept) process.stdout.write(`kept     ${join(folder, path)}\n`);
  for (const path of written) process.stdout.write(`written  ${join(folder, path)}\n`);
  const isHere = resolve(folder) === process.cwd();
  process.stdout.write(nextSteps({ ...(isHere ? {} : { folder }), isWithoutOwners: owners === NOBODY }));
}

function parseName(text: string): string {
  const problem = dnsLabelProblem(text, 'name of the package');
  if (problem === undefined) return text;
  throw new InvalidValueError(problem);
}

/** The folder's name, with whatever npm and Pulumi do not take left out. */
function nameOf(folder: string): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (dnsLabelProblem(name, '') === undefined) return name;
  throw new InvalidValueError({
    message: `no name can be made of the folder ${quoted(folder)}`,
    fix: 'name the package with --name',
  });
}

/** @see https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax */
const OWNER = /^@[A-Za-z0-9](?:[A-Za-z0-9-]*)(?:\/[A-Za-z0-9._-]+)?$|^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;

function parseOwners(text: string): string {
  const owners = text.split(/[\s,]+/).filter((owner) => owner !== '');
  const wrong = owners.find((owner) => !OWNER.test(owner));
  if (wrong === undefined && owners.length > 0) return owners.join(' ');
  throw new InvalidValueError({
    message: `${quoted(wrong ?? text)} is no owner that GitHub knows`,
    fix: 'name teams or users, such as @acme/security,@acme/maintainers',
  });
}
