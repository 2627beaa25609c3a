import { expect, test } from 'vitest';
import { wordProblem } from '../../../lib/model/word';
import { expectProblem } from './refusal';

const STAGES = ['observe', 'enforce'];

test.each(STAGES)('%j is one of the words', (word) => expect(wordProblem('stage', word, STAGES)).toBeUndefined());

test.each(['', 'Observe', 'audit', 'a\nb', 'x'.repeat(400)])('%j is not', (word) => {
  expectProblem(wordProblem('stage', word, STAGES), /^stage '.*' is unknown$/, /^use one of observe, enforce$/);
});
