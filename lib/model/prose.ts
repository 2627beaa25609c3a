import { type Problem, printable, quoted } from '../finding';

/** Visible ASCII and blanks with something to read, as nearly every reason is. */
const ORDINARY = /^[ -~]*[A-Za-z0-9][ -~]*$/;

/** What keeps a text from naming who answers for something, among what people read. */
export function ownerProblem(text: string): Problem | undefined {
  return proseProblem(text, 'the owner', 'name who answers for it');
}

/**
 * What keeps a text from standing where people read reasons: nothing to read in it, more than one line (which would
 * write further entries into lists and annotations), or characters that hide or reorder what stands beside them.
 * @param what what the text is, at the start of the message (`the purpose`)
 * @param saying what to do where it says nothing
 * @see https://trojansource.codes
 */
export function proseProblem(text: string, what: string, saying = 'say why'): Problem | undefined {
  if (ORDINARY.test(text)) return undefined;
  if (!/[\p{L}\p{N}]/u.test(text)) {
    return { message: `${what} ${text.trim() === '' ? 'is empty' : `${quoted(text)} says nothing`}`, fix: saying };
  }
  if (/[\n\r\u2028\u2029]/.test(text)) return { message: `${what} has several lines`, fix: 'write it on one line' };
  // Joiners belong to the spelling of Persian, Hindi and emoji, and move nothing.
  const visible = text.replace(/\u200c|\u200d|\ufe0f/g, '');
  if (printable(visible) === visible) return undefined;
  return { message: `${what} ${quoted(text)} holds invisible characters`, fix: 'remove them, or type the text again' };
}
