export { portcullisPolicies } from './policies';
