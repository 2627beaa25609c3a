import { type Problem, quoted } from '../../finding';

/** What keeps a text from being the page that `runbook_url` of each alert leads to, with the alert behind a `#`. */
export function runbookUrlProblem(text: string): Problem | undefined {
  const url = /^[!-~]+$/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const fix = "write the address of a page, such as 'https://wiki.example.com/portarium/alerts'";
  if (url === undefined) return { message: `${quoted(text)} is not a URL`, fix };
  if (url.username !== '' || url.password !== '')
    return { message: 'the address of the runbook holds credentials', fix };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { message: `${quoted(text)} is no web page`, fix };
  if (text.includes('#')) return { message: `${quoted(text)} holds a fragment, and each alert adds its own`, fix };
  // Templates would be filled in when the alert fires.
  return text.includes('{{') ? { message: `${quoted(text)} holds a template`, fix } : undefined;
}
