import { Command, CommanderError } from 'commander';
import { FindingsError } from '../finding';
import { checkCommand } from './check';
import { complianceCommand } from './compliance';
import { diffCommand } from './diff';
import { doctorCommand } from './doctor';
import { driftCommand } from './drift';
import { EXIT, exitCodeOf } from './exit-code';
import { explainCommand } from './explain';
import { fleetCommand } from './fleet';
import { reportCommand } from './flow-report';
import { initCommand } from './init';
import { learnCommand } from './learn';
import { lockCommand } from './lock';
import { policyCommand } from './policy';
import { printFindings } from './print-finding';
import { profileCommand } from './profile';
import { reachCommand } from './reach';
import { refuseRepeatedOptions } from './repeated-option';
import { replayCommand } from './replay';
import { rolloutCommand } from './rollout';
import { synthCommand } from './synth';
import { verifyCommand } from './verify';
import { packageVersion } from './version';

/**
 * Runs one command line. Sets the exit code instead of ending the process, so that output is flushed.
 * @param argv as in process.argv
 */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('portcullis')
    .description('Deny by default for platforms that run AI agents on Kubernetes.')
    .version(packageVersion())
    .showHelpAfterError('Run with --help for what is possible.')
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 fine, 1 findings, 2 drift, 3 usage or input error.');
  program.addCommand(initCommand().copyInheritedSettings(program));
  program.addCommand(synthCommand().copyInheritedSettings(program));
  program.addCommand(lockCommand().copyInheritedSettings(program));
  program.addCommand(reachCommand().copyInheritedSettings(program));
  program.addCommand(explainCommand().copyInheritedSettings(program));
  program.addCommand(checkCommand().copyInheritedSettings(program));
  program.addCommand(diffCommand().copyInheritedSettings(program));
  program.addCommand(driftCommand().copyInheritedSettings(program));
  program.addCommand(replayCommand().copyInheritedSettings(program));
  program.addCommand(policyCommand().copyInheritedSettings(program));
  program.addCommand(reportCommand().copyInheritedSettings(program));
  program.addCommand(learnCommand().copyInheritedSettings(program));
  program.addCommand(profileCommand().copyInheritedSettings(program));
  program.addCommand(verifyCommand(program));
  program.addCommand(rolloutCommand(program));
  program.addCommand(fleetCommand(program));
  program.addCommand(doctorCommand().copyInheritedSettings(program));
  program.addCommand(complianceCommand().copyInheritedSettings(program));
  refuseRepeatedOptions(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof FindingsError) {
    printFindings(error.findings);
    return exitCodeOf(error.findings);
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.usage;
}
