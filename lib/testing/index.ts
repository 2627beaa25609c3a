export {
  type FindingsExpectation,
  type MatcherResult,
  type PortcullisMatchers,
  portcullisMatchers,
  type ReachExpectation,
} from './matchers';
export type { Subject } from './subject';
