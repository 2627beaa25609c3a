import type { Right, Trusted } from '../../model/grant';
import { parseRange } from '../../model/ip-range';
import type { Protocol } from '../../model/port';
import type { LockEntry, LockedEnd, LockedPort } from './entry';
import { RESERVED } from './line';
import { type Word, wordsOf } from './words';

const PROTOCOLS: Readonly<Record<string, Protocol>> = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' };
const RIGHTS: Readonly<Record<Right, true>> = { delegation: true, message: true, read: true, task: true, vault: true };
const TRUSTED: Readonly<Record<Trusted, true>> = {
  deployer: true,
  dns: true,
  'image-base': true,
  'image-builder': true,
  'image-issuer': true,
  registry: true,
  'search-domain': true,
  'trust-domain': true,
};
const SCOPE = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)+$/;

/** The entry of a line without its comment; undefined for what is none. The inverse of `lineOf`. */
export function parseLine(line: string): LockEntry | undefined {
  const words = wordsOf(line)?.words;
  const [scope, ...rest] = words ?? [];
  if (scope === undefined || scope.quoted || !SCOPE.test(scope.text)) return undefined;
  return new LineReader(scope.text, rest).entry();
}

/** Reads the words of one line from left to right; whatever does not fit makes the line no entry. */
class LineReader {
  private position = 0;

  constructor(
    private readonly scope: string,
    private readonly words: readonly Word[],
  ) {}

  entry(): LockEntry | undefined {
    const entry = this.read();
    return this.position === this.words.length ? entry : undefined;
  }

  private read(): LockEntry | undefined {
    switch (this.keyword()) {
      case 'pods':
        return this.pods();
      case 'tool':
        return this.tool();
      case 'identity':
        return this.identity();
      case 'exemption':
        return this.exemption();
      case 'grant':
        return this.right();
      case 'trust':
        return this.trust();
      default:
        return this.edge();
    }
  }

  /** The next word, unless it is a name. */
  private keyword(): string | undefined {
    const word = this.words[this.position];
    return word === undefined || word.quoted ? undefined : word.text;
  }

  private take(): string | undefined {
    return this.words[this.position++]?.text;
  }

  private takes(text: string): boolean {
    const is = this.keyword() === text;
    if (is) this.position++;
    return is;
  }

  private name(): string | undefined {
    const word = this.words[this.position++];
    return word === undefined || (!word.quoted && RESERVED.has(word.text)) ? undefined : word.text;
  }

  private pods(): LockEntry | undefined {
    this.position++;
    const name = this.name();
    if (name === undefined || !this.takes('=')) return undefined;
    const namespace = this.take();
    const labels = this.labels();
    return namespace === undefined || labels === undefined
      ? undefined
      : { kind: 'pods', scope: this.scope, name, namespace, labels };
  }

  private tool(): LockEntry | undefined {
    this.position++;
    const [workspace, tool] = [this.name(), this.name()];
    return workspace === undefined || tool === undefined
      ? undefined
      : { kind: 'tool', scope: this.scope, workspace, tool };
  }

  private exemption(): LockEntry | undefined {
    this.position++;
    const [rule, subject] = [this.name(), this.name()];
    return rule === undefined || subject === undefined
      ? undefined
      : { kind: 'exemption', scope: this.scope, rule, subject };
  }

  private right(): LockEntry | undefined {
    this.position++;
    const [agent, right, subject] = [this.name(), oneOf(RIGHTS, this.take()), this.name()];
    const text = this.keyword();
    if (agent === undefined || right === undefined || subject === undefined) return undefined;
    const isWith = text?.startsWith('with=') === true;
    if (isWith) this.position++;
    const capabilities = isWith ? text.slice('with='.length).split(',') : [];
    return { kind: 'right', scope: this.scope, agent, right, subject, capabilities };
  }

  private trust(): LockEntry | undefined {
    this.position++;
    const [what, subject] = [oneOf(TRUSTED, this.take()), this.name()];
    return what === undefined || subject === undefined
      ? undefined
      : { kind: 'trust', scope: this.scope, what, subject };
  }

  private identity(): LockEntry | undefined {
    this.position++;
    const spiffeId = this.name();
    if (spiffeId === undefined || !this.takes('=')) return undefined;
    const [namespace, account] = [this.take(), this.take()];
    const labels = this.labels();
    if (namespace === undefined || !account?.startsWith('sa=') || labels === undefined) return undefined;
    const serviceAccount = account.slice('sa='.length);
    return { kind: 'identity', scope: this.scope, spiffeId, namespace, serviceAccount, labels };
  }

  private edge(): LockEntry | undefined {
    const from = this.end();
    if (from === undefined || !this.takes('->')) return undefined;
    const to = this.end();
    const port = parsePort(this.keyword());
    if (to === undefined || port === undefined) return undefined;
    this.position++;
    const authenticated = this.takes('authenticated');
    const requests = this.requests();
    if (requests === null) return undefined;
    const edge = { kind: 'edge', scope: this.scope, from, to, port, authenticated } as const;
    return requests === undefined ? edge : { ...edge, requests };
  }

  private end(): LockedEnd | undefined {
    switch (this.keyword()) {
      case 'internet':
        this.position++;
        return { kind: 'internet' };
      case 'namespace':
        return this.named((namespace) => ({ kind: 'namespace', namespace }));
      case 'entity':
        return this.named((entity) => ({ kind: 'entity', entity }));
      case 'host':
        return this.named((host) => ({ kind: 'host', host }));
      case 'cidr':
        return this.range();
      default: {
        const name = this.name();
        return name === undefined ? undefined : { kind: 'pods', name };
      }
    }
  }

  private named(make: (name: string) => LockedEnd | undefined): LockedEnd | undefined {
    this.position++;
    const name = this.take();
    return name === undefined ? undefined : make(name);
  }

  /** Ranges that are none would end whatever compares them. */
  private range(): LockedEnd | undefined {
    return this.named((cidr) => {
      const end = { kind: 'cidr', cidr, except: this.except() } as const;
      return [cidr, ...end.except].every((text) => parseRange(text) !== undefined) ? end : undefined;
    });
  }

  private except(): readonly string[] {
    const text = this.keyword();
    if (!text?.startsWith('except=')) return [];
    this.position++;
    return text.slice('except='.length).split(',');
  }

  /** null for what cannot be read. */
  private requests(): readonly string[] | undefined | null {
    const text = this.keyword();
    if (!text?.startsWith('requests=')) return undefined;
    this.position++;
    try {
      const list: unknown = JSON.parse(text.slice('requests='.length));
      return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : null;
    } catch {
      return null;
    }
  }

  /** All words that are left, as `key=value`. */
  private labels(): Readonly<Record<string, string>> | undefined {
    const labels: Record<string, string> = {};
    for (const { text } of this.words.slice(this.position)) {
      const equals = text.indexOf('=');
      if (equals <= 0) return undefined;
      labels[text.slice(0, equals)] = text.slice(equals + 1);
      this.position++;
    }
    return labels;
  }
}

function oneOf<Word extends string>(words: Readonly<Record<Word, true>>, text: string | undefined): Word | undefined {
  return text !== undefined && Object.hasOwn(words, text) ? (text as Word) : undefined;
}

function parsePort(text: string | undefined): LockedPort | undefined {
  const match = /^(tcp|udp|sctp)\/(?:(\d+)(?:-(\d+))?|([a-z0-9-]+))$/.exec(text ?? '');
  if (match === null) return undefined;
  const protocol = PROTOCOLS[match[1] as string] as Protocol;
  if (match[4] !== undefined) return { protocol, name: match[4] };
  const first = Number(match[2]);
  const last = match[3] === undefined ? first : Number(match[3]);
  return first >= 1 && first <= last && last <= 65535 ? { protocol, first, last } : undefined;
}
