export { ClusterObjects, type ClusterObjectsProps } from './cluster-objects';
export type { ClusterOf } from './clusters';
export { type Deployment, DeploymentError, type DeployOptions, deploy } from './deploy';
export { type PlannedResource, planResources, type ResourcePlan } from './resource-plan';
