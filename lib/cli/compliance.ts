import { Command, Option } from 'commander';
import {
  COMPLIANCE_FORMATS,
  type ComplianceFormat,
  complianceAs,
  reportOnManifests,
  reportOnProgram,
} from '../governance/compliance/report';
import { type CallLog, readCallLog } from '../governance/rollout/call-log';
import { loadSubject } from '../governance/subject';
import { asUsage, PATHS, readManifests, reportFindings } from './analysis-input';
import { writeChunks } from './analysis-output';
import { type EnvironmentFlags, environmentsOption, logsOption, programOption } from './environment-options';

type ComplianceFlags = Partial<EnvironmentFlags> & { readonly environments: string; readonly format: ComplianceFormat };

/** `portcullis compliance`: the state of enforcement, and what proves it. */
export function complianceCommand(): Command {
  const command = new Command('compliance')
    .description('Report how far each workspace is enforced, what proves it, and what is to be checked live.')
    .argument('[path...]', `${PATHS}; or --env`)
    .option('--env <name>', 'report on what this environment would render')
    .addOption(environmentsOption())
    .addOption(programOption())
    .addOption(logsOption())
    .addOption(new Option('--format <format>', 'what to print').choices(COMPLIANCE_FORMATS).default('markdown'));
  return command.action((paths: readonly string[], flags: ComplianceFlags) =>
    asUsage(command, () => print(paths, flags, command)),
  );
}

async function print(paths: readonly string[], flags: ComplianceFlags, command: Command): Promise<void> {
  const { env, format, logs } = flags;
  if ((env === undefined) === (paths.length === 0)) command.error('error: name either manifests or --env');
  const log = logs === undefined ? undefined : await readCallLog(logs);
  const report =
    env === undefined
      ? reportOnManifests(readManifests(paths, command), paths, log)
      : await ofEnvironment(flags, env, log);
  reportFindings({ findings: [...(log?.findings ?? []), ...report.findings] });
  await writeChunks([complianceAs(format, report)]);
}

async function ofEnvironment({ environments, program }: ComplianceFlags, environment: string, log?: CallLog) {
  const module = program === undefined ? {} : { module: program };
  return reportOnProgram(await loadSubject({ environments, environment, ...module }), log);
}
