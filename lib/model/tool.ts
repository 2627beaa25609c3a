import type { Problem } from '../finding';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*(:[a-z][a-z0-9]*(-[a-z0-9]+)*)+$/;

/** What keeps a text from naming a tool: `area:verb` in lower case (`invoice:read`), no wildcards. */
export function toolNameProblem(name: string): Problem | undefined {
  if (NAME.test(name)) return undefined;
  if (/[*?]|^(all|any)$/i.test(name)) {
    return { message: `'${name}' would allow more tools than it names`, fix: 'name each tool that is needed' };
  }
  return { message: `'${name}' is not a tool name`, fix: "write area:verb in lower case, such as 'invoice:read'" };
}
