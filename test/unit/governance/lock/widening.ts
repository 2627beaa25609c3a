/** An entry of an egress allowlist in a settings file. */
export interface AllowlistLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly key: 'host' | 'cidr';
  readonly value: string;
}

/** Every entry of an allowlist in settings, as the line on which it stands. */
export function allowlistLines(file: string, text: string): readonly AllowlistLine[] {
  return text.split('\n').flatMap((line, index) => {
    const [, key, value = ''] = /^ *- (host|cidr): "?([^\s"]+)/.exec(line) ?? [];
    return key === undefined ? [] : [{ file, line: index + 1, key: key as AllowlistLine['key'], value }];
  });
}

/** The settings with one entry that allows more: any name below the host's domain, or twice as many addresses. */
export function widened(text: string, { line, key, value }: AllowlistLine): string {
  const lines = text.split('\n');
  lines[line - 1] = (lines[line - 1] as string).replace(
    /"?([^\s"]+)"?$/,
    key === 'host' ? `"${widerHost(value)}"` : widerCidr(value),
  );
  return lines.join('\n');
}

/** The settings with a further entry before this one. */
export function added(text: string, { line, key }: AllowlistLine): string {
  const lines = text.split('\n');
  const indent = /^ */.exec(lines[line - 1] as string)?.[0];
  const further = key === 'host' ? 'exfiltrate.example.org' : '192.0.2.7/32';
  lines.splice(line - 1, 0, `${indent}- ${key}: ${further}`, `${indent}  purpose: Another`);
  return lines.join('\n');
}

/** `api.stripe.com` as `*.stripe.com`, `*.invoices.example.com` as `**.invoices.example.com`. */
function widerHost(host: string): string {
  return host.startsWith('*.') ? `*${host}` : `*${host.slice(host.indexOf('.'))}`;
}

/** Twice as many addresses of IPv4. */
function widerCidr(cidr: string): string {
  const [address = '', length] = cidr.split('/');
  const shorter = Number(length) - 1;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - shorter);
  const first = Math.floor(number / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${shorter}`;
}
