import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownCode, markdownText } from '../../../../lib/render/network/markdown';

describe('free text', () => {
  test.each([
    ['Heartbeat, work-item API', 'Heartbeat, work-item API'],
    ['a | b', 'a \\| b'],
    ['`x` *y* _z_ ~~w~~', '\\`x\\` \\*y\\* \\_z\\_ \\~\\~w\\~\\~'],
    ['[click](https://example.com)', '\\[click\\](https://example.com)'],
    ['<script>', '\\<script>'],
    ['\\|', '\\\\\\|'],
    ['one\n\n## two', 'one ## two'],
  ])('%j is written %j', (text, markdown) => {
    expect(markdownText(text)).toBe(markdown);
  });
});

describe('code', () => {
  test.each([
    ['ws/agent', '`ws/agent`'],
    ['a*b_c', '`a*b_c`'],
    ['a|b', '<code>a&#124;b</code>'],
    ['/a\\|b', '<code>/a&#92;&#124;b</code>'],
    ['c`\n\n# hi', '<code>c&#96; # hi</code>'],
    ['`<b>&', '<code>&#96;&#60;b&#62;&#38;</code>'],
    ['', '<code></code>'],
  ])('%j is written %j', (text, markdown) => {
    expect(markdownCode(text)).toBe(markdown);
  });
});

test('neither leaves a cell or a line', () => {
  const nasty = fc.string({ unit: fc.constantFrom('|', '\\', '`', '\n', '\r', '\u2028', 'a', ' ', '<', '*') });
  fc.assert(
    fc.property(nasty, (text) => {
      for (const markdown of [markdownText(text), markdownCode(text)]) {
        expect(markdown).not.toMatch(/[\n\r\u2028]/);
        // A bar is only part of the cell behind an odd number of backslashes.
        expect(markdown.replaceAll(/\\./g, '')).not.toContain('|');
      }
    }),
  );
});
