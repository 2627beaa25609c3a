import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ToolAllowlist, toolAllowlist, toolAllowlistProblems } from '../../../lib/model/tool-allowlist';
import { expectProblem, expectReadable, problemOf, type Refused } from './refusal';

test("'none' is an allowlist", () => expect(toolAllowlist('none')).toBe('none'));

test('a list is copied, sorted and frozen', () => {
  const given = ['ticket:create', 'invoice:read'];
  const made = toolAllowlist(given);
  given.push('payment:process');
  expect(made).toEqual(['invoice:read', 'ticket:create']);
  expect(Object.isFrozen(made)).toBe(true);
});

describe('refuses', () => {
  test.each<Refused<unknown>>([
    [[], /the list of tools is empty/, /write 'none'/],
    ['', /'' is not a list of tools/, /write 'none'/],
    ['all', /'all' is not a list of tools/, /write 'none'/],
    ['invoice:read', /'invoice:read' is not a list/, /name the tools/],
    [null, /'null' is not a list/, /name the tools/],
    [['*'], /'\*' would allow more tools/, /name each tool/],
    [['invoice:read', 'invoice:*'], /'invoice:\*' would allow more/, /name each tool/],
    [['invoice'], /'invoice' is not a tool name/, /area:verb/],
    [["a:b'] || true || tool.name in ['x"], /is not a tool name/, /area:verb/],
    [['none'], /'none' is not a tool name/, /area:verb/],
    [['a:b', 'c:d', 'a:b', 'a:b'], /^'a:b' is listed twice$/, /once/],
    [['Invoice:Read'], /not a tool name/, /lower case/],
  ])('%j', (tools, message, fix) => {
    const problem = problemOf(() => toolAllowlist(tools as ToolAllowlist));
    expect(problem?.message).toMatch(message);
    expect(problem?.fix).toMatch(fix);
    expectProblem(toolAllowlistProblems(tools as ToolAllowlist)[0], message, fix);
  });
});

test('names every problem at once', () => {
  const problem = problemOf(() => toolAllowlist(['invoice:*', 'x', 'a:b', 'a:b', 'y']));
  expect(problem).toEqual({
    message:
      "'invoice:*' would allow more tools than it names, and 'x' is not a tool name, and 'y' is not a tool name, and 'a:b' is listed twice",
    fix: "name each tool that is needed; write area:verb in lower case, such as 'invoice:read'; list each tool once",
  });
});

const name = fc.stringMatching(/^[a-z]{1,6}:[a-z]{1,6}$/).filter((text) => !/(^|:)(all|any)(:|$)/.test(text));

test('the order of writing changes nothing', () => {
  const list = fc.uniqueArray(name, { minLength: 1, maxLength: 8 });
  const shuffled = list.chain((tools) =>
    fc.tuple(fc.constant(tools), fc.shuffledSubarray(tools, { minLength: tools.length })),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      expect(toolAllowlist(one)).toEqual(toolAllowlist(other));
    }),
  );
});

test('a list is refused exactly if a name is bad or stands twice', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(name, fc.constantFrom('*', 'a:*', 'x', 'a:all')), { minLength: 1, maxLength: 5 }),
      (tools) => {
        const bad =
          tools.some((tool) => ['*', 'a:*', 'x', 'a:all'].includes(tool)) || new Set(tools).size < tools.length;
        const problems = toolAllowlistProblems(tools);
        expect(problems.length > 0).toBe(bad);
        problems.forEach(expectReadable);
      },
    ),
  );
});
