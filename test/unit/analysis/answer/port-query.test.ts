import { expect, test } from 'vitest';
import { formatPort, parsePort } from '../../../../lib/analysis/answer/port-query';

test.each([
  ['tcp/443', 'TCP 443'],
  ['443/tcp', 'TCP 443'],
  ['443', 'TCP 443'],
  ['UDP/53', 'UDP 53'],
  ['sctp/8000-8010', 'SCTP 8000-8010'],
  ['tcp', 'TCP'],
  ['tcp/1-65535', 'TCP'],
  ['icmp/8', 'ICMP 8'],
  ['icmp/EchoRequest', 'ICMP 8'],
  ['icmpv6/EchoRequest', 'ICMPv6 128'],
])('%s is %s', (text, expected) => {
  expect(formatPort(parsePort(text))).toBe(expected);
});

test.each([
  ['tcp/70000', /'tcp\/70000' is out of range; TCP has ports from 1 to 65535/],
  ['tcp/0', /out of range/],
  ['tcp/90-80', /out of range/],
  ['icmp/256', /ICMP has types from 0 to 255/],
  ['tcp/http', /'tcp\/http' is no port; write tcp\/443/],
  ['http', /is no port/],
  ['', /is no port/],
  ['tcp/', /is no port/],
  ['tcp/80/81', /is no port/],
  ['tcp/-80', /is no port/],
  ['tcp/80,81', /is no port/],
])('%j is refused', (text, message) => {
  expect(() => parsePort(text)).toThrow(message);
});
