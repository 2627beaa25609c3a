import { type Problem, quoted } from '../finding';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*(:[a-z][a-z0-9]*(-[a-z0-9]+)*)+$/;

/** What keeps a text from naming a tool: `area:verb` in lower case (`invoice:read`), no wildcards. */
export function toolNameProblem(name: string): Problem | undefined {
  if (/[*?]|(^|:)(all|any)(:|$)/i.test(name)) {
    return { message: `${quoted(name)} would allow more tools than it names`, fix: 'name each tool that is needed' };
  }
  if (NAME.test(name)) return undefined;
  return {
    message: `${quoted(name)} is not a tool name`,
    fix: "write area:verb in lower case, such as 'invoice:read'",
  };
}
