import { type Finding, printable, quoted } from '../../finding';
import { normalizeHost } from '../../model/host';
import type { LockEntry } from './entry';
import { lineOf } from './line';
import { parseLine } from './parse-line';
import { wordsOf } from './words';

/** A lock as it was read. */
export interface LockFile {
  readonly entries: readonly LockFileEntry[];
  /** Keywords and hosts of the plain form, one to a line. */
  readonly tokens: readonly LockToken[];
  /** Comments above the first entry. */
  readonly header: readonly string[];
  readonly findings: readonly Finding[];
}

export interface LockFileEntry {
  readonly entry: LockEntry;
  /** From 1. */
  readonly line: number;
  /** Comment lines that stand above it. */
  readonly above: readonly string[];
}

export interface LockToken {
  readonly token: string;
  readonly line: number;
}

const NO_ENTRY = 'the line is no entry of the lock';

const TOKEN = /^[A-Za-z0-9*.-]+$/;

/**
 * Reads a lock: entries as `lineOf` writes them, or the plain form of one keyword or host to a line. Whatever is odd
 * about the file is an error, since a reviewer has to be able to trust what it shows.
 */
export function parseLock(text: string, file: string): LockFile {
  return new LockReader(file).read(text);
}

/** Whether a file is none of ours, such as one that was named by mistake: no line of it is an entry, and some are none. */
export function isSomethingElse({ entries, findings }: LockFile): boolean {
  return entries.length === 0 && findings.some(({ message }) => message === NO_ENTRY);
}

class LockReader {
  private readonly entries: LockFileEntry[] = [];
  private readonly tokens: LockToken[] = [];
  private readonly findings: Finding[] = [];
  private readonly seen = new Map<string, number>();
  private comments: string[] = [];
  private header: readonly string[] = [];

  constructor(private readonly file: string) {}

  read(text: string): LockFile {
    if (text.startsWith('\ufeff')) {
      this.refuse(1, 'the lock starts with a byte-order mark', 'save it as UTF-8 without one');
    }
    const lines = text.replace(/^\ufeff/, '').split('\n');
    if (lines.some((line) => line.endsWith('\r'))) {
      const first = lines.findIndex((line) => line.endsWith('\r')) + 1;
      this.refuse(
        first,
        'the lock has line ends of Windows',
        'save it with LF, and let .gitattributes say `text eol=lf`',
      );
    }
    for (const [index, line] of lines.entries()) this.readLine(line.replace(/\r$/, ''), index + 1);
    if (this.entries.length === 0 && this.tokens.length === 0 && this.findings.length === 0) {
      this.refuse(
        1,
        'the lock is empty, so it approves nothing',
        'write it with `portcullis lock`, and have it reviewed',
      );
    }
    const mixed = this.tokens[0];
    if (this.entries.length > 0 && mixed !== undefined) {
      this.refuse(mixed.line, `${mixed.token} is no entry`, 'write the whole lock with `portcullis lock`');
    }
    const { entries, tokens, header, findings } = this;
    return { entries, tokens, header, findings };
  }

  private readLine(line: string, number: number): void {
    if (/^(<{7}|={7}|>{7}|\|{7})(\s|$)/.test(line)) {
      this.refuse(number, 'a merge conflict is not resolved', 'resolve it; `portcullis lock` writes the lock anew');
      return;
    }
    if (printable(line.replaceAll('\t', ' ')) !== line.replaceAll('\t', ' ')) {
      const message = `the line holds what is not seen: ${quoted(line)}`;
      this.refuse(number, message, 'remove it; the line is not what it looks like');
      return;
    }
    if (line.trim() === '') {
      // A blank line after the first comments ends what is said about the file as a whole.
      if (this.header.length === 0 && this.entries.length === 0) this.header = this.comments;
      this.comments = [];
    } else if (line.startsWith('#')) this.comments.push(line);
    else this.readEntry(line, number);
  }

  private readEntry(line: string, number: number): void {
    const above = this.comments;
    this.comments = [];
    const entry = parseLine(line);
    const words = entry === undefined ? wordsOf(line)?.words : undefined;
    const token = words?.length === 1 ? words[0]?.text : undefined;
    const key = entry === undefined ? token : lineOf(entry);
    if (key === undefined || (entry === undefined && !TOKEN.test(key))) {
      this.refuse(number, NO_ENTRY, 'write the lock with `portcullis lock`');
      return;
    }
    if (entry !== undefined && !isAsWritten(line, key)) {
      this.refuse(
        number,
        `the line is not written as it is read: ${quoted(key)}`,
        'write it so, or let `portcullis lock` do it',
      );
      return;
    }
    const known = this.seen.get(key);
    this.seen.set(key, number);
    if (known !== undefined) this.refuse(number, `the line stands in line ${known} already`, 'remove one of the two');
    else if (entry !== undefined) this.entries.push({ entry, line: number, above });
    else this.addToken(key, number);
  }

  private addToken(token: string, line: number): void {
    if (token.includes('*') || /^(all|any)$/i.test(token)) {
      this.refuse(line, `${token} stands for every host`, 'name the hosts');
    } else this.tokens.push({ token: normalizeHost(token), line });
  }

  private refuse(line: number, message: string, fix: string): void {
    this.findings.push({ rule: 'lock-syntax', severity: 'error', where: { file: this.file, line }, message, fix });
  }
}

/**
 * Whether a line is its entry to the letter, with nothing behind it but a comment. Of `app=a app=b` only one would count,
 * and a reviewer cannot know which.
 */
function isAsWritten(line: string, canonical: string): boolean {
  return line.startsWith(canonical) && /^\s*(?:#.*)?$/.test(line.slice(canonical.length));
}
