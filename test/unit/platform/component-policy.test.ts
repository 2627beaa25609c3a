import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { Component, type ComponentProps } from '../../../lib/platform/component';
import { ExternalSystem } from '../../../lib/platform/external-system';
import type { Platform } from '../../../lib/platform/platform';
import { Service } from '../../../lib/platform/service';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { platform } from './build';

const _PROPS: ComponentProps = { title: 'collector', namespace: 'telemetry', selector: { app: 'collector' } };
const _POD = { namespace: 'telemetry', labels: { app: 'collector' } };

/** An agent with one edge of each common kind. */
function agent(root: Platform): Component {
  const component = new Component(root, 'agent', { title: 'agent', namespace: 'ws', selector: { app: 'agent' } });
  const vault = new Service(root, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)], managed: false });
  const plane = new Service(root, 'control-plane', { namespace: 'system', ports: [Port.tcp(8080), Port.tcp(443)] });
  component.allowTo(vault, { purpose: 'credential retrieval' });
  component.allowTo(plane, { purpose: 'heartbeat' });
  component.allowFrom(Peer.pods({ namespace: 'monitoring', labels: { app: 'prometheus' } }), {
    ports: [Port.tcp(9090)],
    purpose: 'metrics',
  });
  return component;
}

describe('the policy of an agent, as a reviewer reads it', () => {
  test('for Cilium', () => {
    const root = platform();
    const component = agent(root);
    const erp = new ExternalSystem(root, 'erp', { peer: Peer.fqdn('api.erp.example.com') });
    component.allowTo(erp, {
      purpose: 'read invoices',
      ports: [Port.tcp(8080)],
      http: [{ method: 'GET', path: '/v1/invoices/.*' }],
    });
    expect(stringify(component.policy?.manifest())).toMatchInlineSnapshot(`
      "apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata:
        name: agent
        namespace: ws
        labels:
          portcullis.dev/policy-version: 1b26d188ebea6c0c
        annotations:
          portcullis.dev/ingress: |
            1. monitoring/{app=prometheus}: TCP 9090 (metrics)
          portcullis.dev/egress: |
            1. cluster DNS: UDP 53; TCP 53 (Service discovery)
            2. erp: TCP 8080 (read invoices)
            3. control-plane: TCP 443,8080 (heartbeat)
            4. vault: TCP 8200 (credential retrieval)
          portcullis.dev/policy-version: 1b26d188ebea6c0c
      spec:
        endpointSelector:
          matchLabels:
            app: agent
        ingress:
          - fromEndpoints:
              - matchLabels:
                  io.kubernetes.pod.namespace: monitoring
                  app: prometheus
            toPorts:
              - ports:
                  - port: "9090"
                    protocol: TCP
        egress:
          - toEndpoints:
              - matchLabels:
                  io.kubernetes.pod.namespace: kube-system
                  k8s-app: kube-dns
            toPorts:
              - ports:
                  - port: "53"
                    protocol: UDP
                  - port: "53"
                    protocol: TCP
                rules:
                  dns:
                    - matchName: api.erp.example.com
                    - matchName: api.erp.example.com.cluster.local
                    - matchName: api.erp.example.com.svc.cluster.local
                    - matchName: api.erp.example.com.ws.svc.cluster.local
                    - matchName: control-plane.system.svc.cluster.local
                    - matchName: control-plane.system.svc.cluster.local.cluster.local
                    - matchName: control-plane.system.svc.cluster.local.svc.cluster.local
                    - matchName: control-plane.system.svc.cluster.local.ws.svc.cluster.local
                    - matchName: control-plane.system.svc.svc.cluster.local
                    - matchName: control-plane.system.svc.ws.svc.cluster.local
                    - matchName: control-plane.system.ws.svc.cluster.local
                    - matchName: vault.vault.svc.cluster.local
                    - matchName: vault.vault.svc.cluster.local.cluster.local
                    - matchName: vault.vault.svc.cluster.local.svc.cluster.local
                    - matchName: vault.vault.svc.cluster.local.ws.svc.cluster.local
                    - matchName: vault.vault.svc.svc.cluster.local
                    - matchName: vault.vault.svc.ws.svc.cluster.local
                    - matchName: vault.vault.ws.svc.cluster.local
          - toFQDNs:
              - matchName: api.erp.example.com
            toPorts:
              - ports:
                  - port: "8080"
                    protocol: TCP
                rules:
                  http:
                    - method: GET
                      path: /v1/invoices/.*
          - toEndpoints:
              - matchLabels:
                  io.kubernetes.pod.namespace: system
                  app.kubernetes.io/component: control-plane
            toPorts:
              - ports:
                  - port: "443"
                    protocol: TCP
                  - port: "8080"
                    protocol: TCP
          - toEndpoints:
              - matchLabels:
                  io.kubernetes.pod.namespace: vault
            toPorts:
              - ports:
                  - port: "8200"
                    protocol: TCP
      "
    `);
  });

  test('for plain Kubernetes', () => {
    const component = agent(platform({ dialect: kubernetes() }));
    expect(stringify(component.policy?.manifest())).toMatchInlineSnapshot(`
      "apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: agent
        namespace: ws
        labels:
          portcullis.dev/policy-version: 8bc1f841666c97bf
        annotations:
          portcullis.dev/ingress: |
            1. monitoring/{app=prometheus}: TCP 9090 (metrics)
          portcullis.dev/egress: |
            1. cluster DNS: UDP 53; TCP 53 (Service discovery)
            2. control-plane: TCP 443,8080 (heartbeat)
            3. vault: TCP 8200 (credential retrieval)
          portcullis.dev/policy-version: 8bc1f841666c97bf
      spec:
        podSelector:
          matchLabels:
            app: agent
        policyTypes:
          - Ingress
          - Egress
        ingress:
          - from:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: monitoring
                podSelector:
                  matchLabels:
                    app: prometheus
            ports:
              - protocol: TCP
                port: 9090
        egress:
          - to:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: kube-system
                podSelector:
                  matchLabels:
                    k8s-app: kube-dns
            ports:
              - protocol: UDP
                port: 53
              - protocol: TCP
                port: 53
          - to:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: system
                podSelector:
                  matchLabels:
                    app.kubernetes.io/component: control-plane
            ports:
              - protocol: TCP
                port: 443
              - protocol: TCP
                port: 8080
          - to:
              - namespaceSelector:
                  matchLabels:
                    kubernetes.io/metadata.name: vault
            ports:
              - protocol: TCP
                port: 8200
      "
    `);
  });
});
