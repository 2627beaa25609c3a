import { expect, test } from 'vitest';
import { pinnedImageProblem } from '../../../lib/model/pinned-image';

const DIGEST = `@sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  `registry.example.com/opa${DIGEST}`,
  `registry.example.com:5000/team/open-policy__agent/opa:1.20.2-static${DIGEST}`,
  `localhost:5000/opa${DIGEST}`,
])('%s is one image for good', (image) => {
  expect(pinnedImageProblem(image)).toBeUndefined();
});

test.each([
  ['', 'registry'],
  [`opa${DIGEST}`, 'registry'],
  [`openpolicyagent/opa${DIGEST}`, 'registry'],
  ['registry.example.com/opa', 'digest'],
  ['registry.example.com/opa:latest', 'digest'],
  ['registry.example.com/opa@sha256:0123', 'digest'],
  [`registry.example.com/opa${DIGEST.toUpperCase().replace('SHA', 'sha')}`, 'digest'],
  [`registry.example.com/opa${DIGEST}\n`, 'digest'],
  [`registry.example.com/Opa${DIGEST}`, 'name of an image'],
  [`registry.example.com/${DIGEST}`, 'name of an image'],
  [`registry.example.com/../opa${DIGEST}`, 'name of an image'],
  [`registry.example.com/opa:tag with blanks${DIGEST}`, 'name of an image'],
])('%s is refused', (image, why) => {
  expect(pinnedImageProblem(image)?.message).toContain(why);
});
