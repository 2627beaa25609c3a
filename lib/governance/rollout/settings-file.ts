import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, isSeq, type Pair, parse, parseDocument, type YAMLMap } from 'yaml';
import type { StageSetting } from '../../model/stage';
import type { ForcedStep } from '../../stacks/portarium/settings';

/** What is to be changed in a settings file. */
export interface SettingsEdit {
  readonly stages: readonly { readonly workspace: string; readonly stage: StageSetting }[];
  /** @default - nothing was forced */
  readonly forced?: ForcedStep;
}

/** Changes a settings file; nobody ever sees half of it. */
export function editSettingsFile(file: string, edit: SettingsEdit): void {
  const text = editSettings(readFileSync(file, 'utf8'), edit);
  const beside = `${file}.new`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

/**
 * Changes the text of a settings file where it has to change: comments, order and spelling of all the rest stay. What
 * is forced already is not noted twice.
 */
export function editSettings(text: string, edit: SettingsEdit): string {
  const document = parseDocument(text);
  const wanted = edited(document, edit);
  const spliced = splice(text, document, edit);
  if (spliced !== undefined && isDeepStrictEqual(tryParse(spliced), wanted.toJS())) return spliced;
  // Written in a way that cannot be spliced; comments stay all the same.
  return wanted.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function tryParse(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The document as it has to be. */
function edited(document: Document, { stages, forced }: SettingsEdit): Document {
  const copy = document.clone() as Document;
  for (const { workspace, stage } of stages) {
    const index = workspaceIndex(copy, workspace);
    if (index >= 0) copy.setIn(['portarium', 'workspaces', index, 'stage'], copy.createNode(stage, { flow: true }));
  }
  if (forced !== undefined && !isNoted(copy, forced)) {
    const path = ['portarium', 'rollout', 'forced'];
    if (isSeq(copy.getIn(path))) copy.addIn(path, copy.createNode(forced, { flow: true }));
    else copy.setIn(path, copy.createNode([forced]));
  }
  return copy;
}

interface Splice {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/** The text with the changes in it; undefined where the file is written in a way that leaves no place for them. */
function splice(text: string, document: Document, { stages, forced }: SettingsEdit): string | undefined {
  const splices = [
    ...stages.map(({ workspace, stage }) => stageSplice(text, document, workspace, stage)),
    ...(forced === undefined || isNoted(document, forced) ? [] : [forcedSplice(text, document, forced)]),
  ];
  if (splices.some((one) => one === undefined)) return undefined;
  const last = (splices as readonly Splice[]).toSorted((a, b) => b.at - a.at);
  return last.reduce((whole, { at, end, text: part }) => whole.slice(0, at) + part + whole.slice(end), text);
}

function stageSplice(text: string, document: Document, id: string, stage: StageSetting): Splice | undefined {
  const workspace = document.getIn(['portarium', 'workspaces', workspaceIndex(document, id)]);
  if (!isMap(workspace)) return undefined;
  const value = valueRange(pairOf(workspace, 'stage'));
  if (value !== undefined) return { at: value[0], end: value[1], text: flow(stage) };
  const [key, end] = [keyStart(pairOf(workspace, 'id')), valueRange(pairOf(workspace, 'id'))?.[1]];
  if (key === undefined || end === undefined) return undefined;
  if (workspace.flow) return { at: end, end, text: `, stage: ${flow(stage)}` };
  const line = endOfLine(text, end);
  return { at: line, end: line, text: `\n${' '.repeat(columnOf(text, key))}stage: ${flow(stage)}` };
}

function forcedSplice(text: string, document: Document, forced: ForcedStep): Splice | undefined {
  const list = document.getIn(['portarium', 'rollout', 'forced']);
  if (isSeq(list) && !list.flow) {
    const [first, last] = [list.items[0], list.items.at(-1)];
    if (!isMap(first) || !isMap(last) || !first.range || !last.range) return undefined;
    const dash = text.lastIndexOf('-', first.range[0]);
    const line = endOfLine(text, last.range[1] - (text[last.range[1] - 1] === '\n' ? 1 : 0));
    return { at: line, end: line, text: `\n${' '.repeat(columnOf(text, dash))}- ${flow(forced)}` };
  }
  const portarium = document.get('portarium');
  if (!isMap(portarium) || portarium.flow || portarium.has('rollout')) return undefined;
  const key = keyStart(pairOf(portarium, 'workspaces'));
  if (key === undefined) return undefined;
  const indent = ' '.repeat(columnOf(text, key));
  const lines = ['rollout:', '  forced:', `    - ${flow(forced)}`].map((line) => `${line}\n${indent}`);
  return { at: key, end: key, text: lines.join('') };
}

function isNoted(document: Document, forced: ForcedStep): boolean {
  const list = document.getIn(['portarium', 'rollout', 'forced']);
  return isSeq(list) && (list.toJS(document) as readonly unknown[]).some((one) => isDeepStrictEqual(one, forced));
}

function workspaceIndex(document: Document, id: string): number {
  const list = document.getIn(['portarium', 'workspaces']);
  return isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('id') === id) : -1;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

type Ranged = { readonly range?: readonly [number, number, number] | null } | null | undefined;

function valueRange(pair: Pair | undefined): readonly [number, number, number] | undefined {
  return (pair?.value as Ranged)?.range ?? undefined;
}

function keyStart(pair: Pair | undefined): number | undefined {
  return (pair?.key as Ranged)?.range?.[0];
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** A value in one line: `{ egress: enforce, tools: observe }`. Texts that are more than a word are quoted. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${key}: ${flow(one)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' && /^[a-z][a-z0-9-]*$/.test(value) && typeof parse(value) === 'string'
    ? value
    : JSON.stringify(value);
}
