export type { DialectSettings, Environment } from './environment';
export { type LoadedEnvironments, loadEnvironments } from './load';
