/** A pod in YAML. */
export const pod = (name: string) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: { app: ${name} }
spec:
  containers: []
`;
