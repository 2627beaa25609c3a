import { Command, Option } from 'commander';
import { readCallLog } from '../governance/rollout/call-log';
import { readControllerState } from '../governance/rollout/controller-state';
import { planRollout } from '../governance/rollout/plan';
import { PLAN_FORMATS, type PlanFormat, planAs } from '../governance/rollout/plan-format';
import { rolloutRunbook } from '../governance/rollout/runbook';
import { forceReason, takeStep } from '../governance/rollout/take-step';
import { loadRollout } from '../governance/subject';
import { LAYERS, type Layer } from '../model/stage';
import { asUsage, formatOption, reportFindings } from './analysis-input';
import { writeChunks } from './analysis-output';
import { type EnvironmentFlags, environmentsOption, logsOption, programOption } from './environment-options';

interface PlanFlags extends EnvironmentFlags {
  readonly layer?: Layer;
  readonly workspace?: readonly string[];
  readonly back?: true;
  readonly controller?: string;
  readonly force?: true;
  readonly reason?: string;
  readonly write?: true;
  readonly format: PlanFormat;
}

/** `portcullis rollout`: stages, one step at a time. */
export function rolloutCommand(program: Command): Command {
  const command = new Command('rollout').copyInheritedSettings(program);
  return command
    .description('Roll workspaces out layer by layer: egress, mutual TLS, tools; and back.')
    .addCommand(planCommand().copyInheritedSettings(command))
    .addCommand(runbookCommand().copyInheritedSettings(command));
}

/** `portcullis rollout plan`: what the next step takes and changes. */
function planCommand(): Command {
  const command = new Command('plan')
    .description('Say what the next step changes, in objects and in reach, and whether it may be taken.')
    .requiredOption('--env <name>', 'the environment')
    .addOption(environmentsOption())
    .addOption(programOption())
    .addOption(new Option('--layer <layer>', 'this layer rather than the next one').choices(LAYERS))
    .option('--workspace <id...>', 'these workspaces alone')
    .option('--back', 'the way back: from enforce to observe, tools first')
    .addOption(logsOption())
    .option('--controller <file>', 'what kubectl get -o yaml printed of the policy controller')
    .option('--force', 'take the step although a gate refuses; the reason is written into the settings file')
    .option('--reason <text>', 'why it is forced')
    .option('--write', 'write the new stages into the settings file, unless a gate refuses')
    .addOption(formatOption(PLAN_FORMATS));
  return command.action((flags: PlanFlags) => asUsage(command, () => plan(flags)));
}

async function plan(flags: PlanFlags): Promise<void> {
  const { layer, workspace, back, controller, logs, force, reason, write, format } = flags;
  const why = forceReason(force ?? false, reason);
  const subject = await loadRollout(subjectOptions(flags));
  const log = logs === undefined ? undefined : await readCallLog(logs);
  const planned = planRollout(subject, {
    ...(layer === undefined ? {} : { layer }),
    ...(workspace === undefined ? {} : { workspaces: workspace }),
    ...(back === undefined ? {} : { back }),
    ...(log === undefined ? {} : { log }),
    ...(controller === undefined
      ? {}
      : { controller: readControllerState(controller, subject.environment.dialect.kind) }),
    ...(why === undefined ? {} : { reason: why }),
  });
  reportFindings(planned);
  await writeChunks([planAs(format, planned)]);
  for (const line of takeStep(planned, write ?? false)) process.stderr.write(`${line}\n`);
}

/** `portcullis rollout runbook`: the commands of every step, forward and back. */
function runbookCommand(): Command {
  const command = new Command('runbook')
    .description('Print the runbook: commands, checks and what has to come out, forward and back.')
    .requiredOption('--env <name>', 'the environment')
    .addOption(environmentsOption())
    .addOption(programOption());
  return command.action((flags: EnvironmentFlags) =>
    asUsage(command, async () => writeChunks([rolloutRunbook(await loadRollout(subjectOptions(flags)))])),
  );
}

function subjectOptions({ environments, env, program }: EnvironmentFlags) {
  return { environments, environment: env, ...(program === undefined ? {} : { module: program }) };
}
