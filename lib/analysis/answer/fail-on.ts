import { InvalidValueError, quoted } from '../../finding';
import { didYouMean } from './did-you-mean';
import {
  CHANGE_KINDS,
  CHANGE_TAGS,
  type ChangeGroup,
  type ChangeKind,
  type ChangeTag,
  type Difference,
} from './difference';

/** Changes that somebody will not have: of a kind, of a kind and a tag, or any. */
export interface FailOn {
  readonly kind?: ChangeKind;
  readonly tag?: ChangeTag;
}

const WORDS = [...CHANGE_KINDS.flatMap((kind) => [kind, ...CHANGE_TAGS.map((tag) => `${kind}-${tag}`)]), 'any'];

const KINDS = CHANGE_KINDS.join(', ');
const TAGS = CHANGE_TAGS.map((tag) => `-${tag}`).join(', ');

/**
 * Reads `added-world,lost-auth`: kinds of changes, alone or with a tag, and `any`.
 * @throws InvalidValueError for anything else
 */
export function parseFailOn(text: string): readonly FailOn[] {
  const words = text.split(',').map((word) => word.trim());
  return words.map((word): FailOn => {
    if (word === 'any') return {};
    for (const kind of CHANGE_KINDS) {
      if (word === kind) return { kind };
      const tag = CHANGE_TAGS.find((candidate) => word === `${kind}-${candidate}`);
      if (tag !== undefined) return { kind, tag };
    }
    const near = didYouMean(word, WORDS);
    const fix = near.startsWith('did') ? near : `write ${KINDS} or any, and behind it ${TAGS} if that matters`;
    throw new InvalidValueError({ message: `${quoted(word)} is no kind of change`, fix });
  });
}

/** The groups that are among them. */
export function failing({ groups }: Difference, failOn: readonly FailOn[]): readonly ChangeGroup[] {
  return groups.filter((group) =>
    failOn.some(
      ({ kind, tag }) => (kind === undefined || group.kind === kind) && (tag === undefined || group.tags.includes(tag)),
    ),
  );
}
