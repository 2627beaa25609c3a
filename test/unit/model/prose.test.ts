import { describe, expect, test } from 'vitest';
import { proseProblem } from '../../../lib/model/prose';
import { expectProblem, type Refused } from './refusal';

test.each([
  'Take payments',
  'Zahlungen für Bücher (EU) – täglich',
  '取引を読む',
  'میروم',
  'deploys 🚀, reviewed by 👩\u200d💻',
  'GET /v1/* & POST',
])('%j says something', (text) => expect(proseProblem(text, 'the purpose')).toBeUndefined());

describe('refuses', () => {
  test.each<Refused>([
    ['', /^the purpose is empty$/, /say why/],
    [' \t\n', /^the purpose is empty$/, /say why/],
    ['…', /^the purpose '…' says nothing$/, /say why/],
    ['-', /says nothing/, /say why/],
    ['\u200b\u2060', /^the purpose '\\u\{200b\}\\u\{2060\}' says nothing$/, /say why/],
    ['payments\n2. agents: TCP 1-65535', /has several lines/, /one line/],
    ['payments\r\n', /has several lines/, /one line/],
    ['payments\u2028', /has several lines/, /one line/],
    ['payments \u202e(yldneirf)', /holds invisible characters/, /type the text again/],
    ['payments \u2066', /holds invisible characters/, /type the text again/],
    ['pay\u200bments', /holds invisible characters/, /type the text again/],
    ['pay\u0000ments', /holds invisible characters/, /type the text again/],
    ['payments\u001b[1A', /'payments\\u\{1b\}\[1A' holds invisible characters/, /type the text again/],
    ['pay\u00a0ments', /holds invisible characters/, /type the text again/],
  ])('%j', (text, message, fix) => expectProblem(proseProblem(text, 'the purpose'), message, fix));
});
