import { domainToASCII, domainToUnicode } from 'node:url';
import { type Problem, quoted } from '../finding';
import { splitHost } from './host-pattern';
import { imitation } from './look-alike';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "anything outside ASCII"
const OUTSIDE_ASCII = /[^\x00-\x7f]/u;
const LISTED = 3;

/**
 * Why a host in anything but ASCII is refused: it has one spelling in DNS, and many that look like another name. The
 * fix says how to write it if it is what it looks like.
 */
export function unicodeProblem(text: string, host: string): Problem | undefined {
  if (!OUTSIDE_ASCII.test(text)) return undefined;
  const foreign = [...new Set(text)].filter((character) => OUTSIDE_ASCII.test(character));
  const shown = foreign.slice(0, LISTED).map((character) => `${quoted(character)} ${codePoint(character)}`);
  const list = `${shown.join(', ')}${foreign.length > LISTED ? ', …' : ''}`;
  return { message: `${quoted(text)} holds characters outside ASCII (${list})`, fix: asciiFix(host) };
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function asciiFix(host: string): string {
  const { wildcard, name } = splitHost(host);
  const ascii = domainToASCII(name);
  const plain = 'type the real name of the host in ASCII';
  // A forbidden character (such as a joiner out of place) makes the whole name empty.
  if (ascii === '' || !/^[-a-z0-9.]+$/.test(ascii)) return plain;
  if (!isPunycode(ascii)) return `${plain}; resolvers read this one as '${wildcard}${ascii}'`;
  const displays = displayed(ascii);
  if (displays === undefined || imitation(displays) !== undefined) return plain;
  return `if it is meant, write the host as '${wildcard}${ascii}' with displays: ${quoted(wildcard + displays)}`;
}

function isPunycode(name: string): boolean {
  return name.split('.').some((label) => label.startsWith('xn--'));
}

/** What a punycode name stands for; undefined if it is not the one spelling of anything. */
function displayed(name: string): string | undefined {
  const unicode = domainToUnicode(name);
  return domainToASCII(unicode) === name ? unicode : undefined;
}

/**
 * Why a punycode host may not be named as it is: a reviewer has to read what it stands for, and that must not be made
 * to be taken for another name.
 * @param displays the Unicode text that the settings give for it
 * @see https://www.rfc-editor.org/rfc/rfc3492
 */
export function displayProblem(text: string, host: string, displays: string | undefined): Problem | undefined {
  const { wildcard, name } = splitHost(host);
  if (!isPunycode(name)) {
    if (displays === undefined) return undefined;
    return { message: `${quoted(text)} is plain ASCII and needs no displays`, fix: 'remove displays' };
  }
  const unicode = displayed(name);
  if (unicode === undefined) {
    return {
      message: `${quoted(text)} holds a label that starts with xn-- and is not valid punycode`,
      fix: 'copy the name from its registrar',
    };
  }
  const expected = wildcard + unicode;
  const suspicion = imitation(unicode);
  if (suspicion !== undefined) {
    return {
      message: `${quoted(text)} displays as ${quoted(expected)}, where ${suspicion}`,
      fix: 'use the real name of the host, or name its addresses under cidr',
    };
  }
  // Some keyboards and file systems write an accent as a character of its own; it reads the same.
  if (displays?.normalize('NFC') === expected) return undefined;
  return {
    message: `${quoted(text)} is punycode and displays as ${quoted(expected)}${displays === undefined ? '' : `, not as ${quoted(displays)}`}`,
    fix: `if that is the host you mean, add displays: ${quoted(expected)}, so that reviewers see it`,
  };
}
