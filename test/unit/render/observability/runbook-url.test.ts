import { expect, test } from 'vitest';
import { runbookUrlProblem } from '../../../../lib/render/observability/runbook-url';

test.each(['https://wiki.example.com/alerts', 'http://10.0.0.1:8080/a?page=1'])('%s is fine', (text) => {
  expect(runbookUrlProblem(text)).toBeUndefined();
});

test.each([
  ['', 'is not a URL'],
  ['docs/alerts.md', 'is not a URL'],
  ['https://wiki.example.com/a b', 'is not a URL'],
  ['https://wiki.example.com/\u200balerts', 'is not a URL'],
  ['javascript:alert(1)', 'is no web page'],
  ['https://user:secret@wiki.example.com/', 'holds credentials'],
  ['https://wiki.example.com/#alerts', 'holds a fragment'],
  ['https://wiki.example.com/{{$externalURL}}', 'holds a template'],
])("'%s' %s", (text, message) => {
  const problem = runbookUrlProblem(text);
  expect(problem?.message).toContain(message);
  expect(problem?.message).not.toContain('secret');
});
