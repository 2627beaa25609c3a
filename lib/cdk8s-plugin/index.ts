export {
  type CheckedContext,
  type ExcludedOutput,
  PortcullisValidation,
  type PortcullisValidationProps,
  type Violation,
} from './validation';
