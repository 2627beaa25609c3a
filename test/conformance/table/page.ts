/** A row of docs/conformance.md. */
export interface PageRow {
  readonly tool: string;
  readonly version: string;
  readonly checked: string;
  readonly cases: number;
  readonly disagreements: number;
  /** Cases in which the tool differs, by the name of the reason. */
  readonly exceptions: Readonly<Record<string, number>>;
}

const HEAD = `# Held against the real tools

What Portcullis renders and says is compared with the programs that will read it. This page is written by
\`UPDATE_DOCS=1 npm run conformance\`; how to run one suite, and what each of them does, is in
[test/conformance](../test/conformance/README.md).

A case is one question that the tool was asked: a file, a packet, a request. A disagreement is a case in which the tool did
not do what Portcullis says; the run fails for each.
`;
const COLUMNS = ['tool', 'version', 'what was checked', 'cases', 'disagreements'];
const EXCEPTIONS = `## Named exceptions

Cases in which the tool differs, and why that is right. They are counted above as cases, and not as disagreements.
`;
const EXCEPTION_COLUMNS = ['tool', 'exception', 'cases'];

const STAND_INS = `## What stands in for something else

Where this page was written, some Go modules cannot be had from the proxy.

- **SPIRE**: commands, API, datastore and database are SPIRE's own, in a small server that is built from its module; the
  whole \`spire-server\` needs modules that the proxy refuses.
- **Definitions of SPIRE's custom resources** (spire-controller-manager 0.6.6): refused. Its suite is left out by name, and a
  definition that takes every field serves the other suites, so the fields of ClusterSPIFFEIDs are held against
  documentation alone. For the same reason no controller manager makes entries of them.
- **Pulumi's Kubernetes provider and language host**: refused. Programs run through the automation API; see the exception
  above.

Each suite runs with the real thing where that can be had.
`;

/** The page with these rows. */
export function renderPage(rows: readonly PageRow[]): string {
  const main = rows.map(({ tool, version, checked, cases, disagreements }) => [
    ...[tool, version, checked],
    ...[cases, disagreements].map(String),
  ]);
  const exceptions = rows.flatMap(({ tool, checked, exceptions }) =>
    Object.entries(exceptions).map(([name, count]) => [tool, `${checked}: ${name}`, String(count)]),
  );
  const tail = exceptions.length === 0 ? '' : `\n${EXCEPTIONS}\n${table(EXCEPTION_COLUMNS, exceptions)}`;
  return `${HEAD}\n${table(COLUMNS, main)}${tail}\n${STAND_INS}`;
}

/**
 * The rows of a page.
 * @throws Error for a page that renderPage() would not have written
 */
export function parsePage(text: string): readonly PageRow[] {
  const cells = (line: string) => line.slice(2, -2).split(' | ');
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  const [main = [], exceptions = []] = [COLUMNS, EXCEPTION_COLUMNS].map((columns) =>
    lines.map(cells).filter((row) => row.length === columns.length && row.join() !== columns.join()),
  );
  const rows = main.map(([tool = '', version = '', checked = '', cases, disagreements]): PageRow => {
    const own = exceptions.flatMap(([other, name = '', count]) =>
      other === tool && name.startsWith(`${checked}: `)
        ? [[name.slice(checked.length + 2), Number(count)] as const]
        : [],
    );
    return {
      ...{ tool, version, checked },
      ...{ cases: Number(cases), disagreements: Number(disagreements), exceptions: Object.fromEntries(own) },
    };
  });
  if (renderPage(rows) !== text) throw new Error('the page is not as UPDATE_DOCS=1 npm run conformance writes it');
  return rows;
}

/** Rows with those of a later run in the place of the earlier ones, and new ones beside those of their tool. */
export function mergeRows(earlier: readonly PageRow[], later: readonly PageRow[], tools: readonly string[]) {
  const kept = earlier.filter((old) => !later.some((row) => row.tool === old.tool && row.checked === old.checked));
  const rank = ({ tool }: PageRow) => tools.indexOf(tool);
  return [...kept, ...later].sort((a, b) => rank(a) - rank(b) || (a.checked < b.checked ? -1 : 1));
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const align = columns.map((name) => (/^(?:cases|disagreements)$/.test(name) ? '---:' : '---'));
  return `${line(columns)}|${align.join('|')}|\n${rows.map(line).join('')}`;
}
