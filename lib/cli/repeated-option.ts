import { type Command, InvalidArgumentError } from 'commander';

/**
 * Lets a command and those below it refuse an option with one value that is given twice, of which the parser would keep
 * the last without a word: `check --env dev --env prod` must not look as if it had checked both.
 */
export function refuseRepeatedOptions(command: Command): void {
  for (const option of command.options) {
    const { parseArg: parse, argChoices } = option;
    const isFlag = !option.required && !option.optional;
    // Options with a parser of their own collect what they are given.
    if (isFlag || option.variadic || (parse !== undefined && argChoices === undefined)) continue;
    let isGiven = false;
    option.argParser((value: string, previous: unknown) => {
      if (isGiven) throw new InvalidArgumentError('It is given twice; say it once.');
      isGiven = true;
      return parse === undefined ? value : parse(value, previous as never);
    });
  }
  for (const below of command.commands) refuseRepeatedOptions(below);
}
