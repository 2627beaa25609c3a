import type { IConstruct } from 'constructs';

/** Visits constructs parents first, without recursion: a tree may be deep. */
export function visit(
  root: IConstruct,
  enter: (construct: IConstruct) => void,
  leave: (construct: IConstruct) => void = () => {},
): void {
  const stack: { construct: IConstruct; children: IConstruct[]; next: number }[] = [];
  const push = (construct: IConstruct) => {
    enter(construct);
    const { children } = construct.node;
    if (children.length === 0) leave(construct);
    else stack.push({ construct, children, next: 0 });
  };
  push(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const child = top.children[top.next++];
    if (child !== undefined) push(child);
    else leave((stack.pop() as { construct: IConstruct }).construct);
  }
}
