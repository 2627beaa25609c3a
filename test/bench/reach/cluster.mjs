// Clusters of a size as Kubernetes objects: namespaces with ten applications each, denied by default, and what they
// need of each other, of other namespaces, of the cluster's DNS and of the outside.

const APPLICATIONS = 10;
const POLICIES = 10;

/** @returns the objects of a cluster with about so many pods and policies */
export function clusterOf({ pods, policies }) {
  const namespaces = Math.max(1, Math.round(policies / POLICIES));
  const podsEach = Math.max(1, Math.round(pods / namespaces));
  const objects = [];
  for (let index = 0; index < namespaces; index++) {
    const name = namespaceName(index);
    objects.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { tier: tierOf(index) } } });
    for (let pod = 0; pod < podsEach; pod++) objects.push(podOf(name, pod));
    objects.push(...policiesOf(index, namespaces));
  }
  return objects;
}

const namespaceName = (index) => `team-${index}`;
const tierOf = (index) => (index % 50 === 0 ? 'platform' : 'application');

function podOf(namespace, index) {
  const labels = { app: `app-${index % APPLICATIONS}`, instance: `app-${index % APPLICATIONS}-${index}` };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: labels.instance, namespace, labels },
    spec: {
      containers: [
        { name: 'app', image: 'registry.example.com/app:1', ports: [{ name: 'http', containerPort: 8080 }] },
      ],
    },
  };
}

function policiesOf(index, namespaces) {
  const namespace = namespaceName(index);
  const policy = (name, spec) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: { policyTypes: ['Ingress', 'Egress'], ...spec },
  });
  const next = { matchLabels: { 'kubernetes.io/metadata.name': namespaceName((index + 1) % namespaces) } };
  const dns = { matchLabels: { 'kubernetes.io/metadata.name': namespaceName(0) } };
  const app = (number) => ({ podSelector: { matchLabels: { app: `app-${number % APPLICATIONS}` } } });
  const tcp = (port) => [{ protocol: 'TCP', port }];
  const chain = Array.from({ length: POLICIES - 2 }, (_, number) =>
    policy(`app-${number}`, {
      ...app(number),
      ingress: [
        { from: [app(number + 1)], ports: tcp('http') },
        ...(number === 0
          ? [{ from: [{ namespaceSelector: { matchLabels: { tier: 'platform' } } }], ports: tcp(9090) }]
          : []),
      ],
      egress: [
        { to: [app(number + APPLICATIONS - 1)], ports: tcp('http') },
        ...(number === 3 ? [{ to: [{ namespaceSelector: next, ...app(0) }], ports: tcp(8443) }] : []),
        ...(number === 5 ? [{ to: [{ ipBlock: { cidr: `203.0.${index % 256}.0/24` } }], ports: tcp(443) }] : []),
      ],
    }),
  );
  return [
    policy('default-deny', { podSelector: {} }),
    policy('dns', {
      podSelector: {},
      egress: [{ to: [{ namespaceSelector: dns }], ports: [{ protocol: 'UDP', port: 53 }] }],
    }),
    ...chain,
  ];
}
