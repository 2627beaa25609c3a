import 'vitest';
import type { PortcullisMatchers } from 'portcullis/testing';

declare module 'vitest' {
  interface Matchers<T> extends PortcullisMatchers<T> {}
}
