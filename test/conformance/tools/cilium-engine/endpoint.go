package main

import (
	"errors"
	"fmt"

	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	"github.com/cilium/cilium/pkg/fqdn/restore"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/proxy/endpoint"
	"github.com/cilium/cilium/pkg/spanstat"
	"github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
	api "github.com/cilium/proxy/go/cilium/api"
)

// pod is what the agent calls an endpoint.
type pod struct {
	id       uint64
	identity *identity.Identity
	ports    types.NamedPortMap
	cluster  *cluster
}

var _ policy.PolicyOwner = &pod{}

func (p *pod) GetID() uint64                      { return p.id }
func (p *pod) IsHost() bool                       { return false }
func (p *pod) PolicyDebug(string, ...any)         {}
func (p *pod) PreviousMapState() *policy.MapState { return nil }
func (p *pod) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

// GetNamedPort looks a name up as the agent's endpoint does: in the pod itself for what comes in, among all pods for
// what goes out.
func (p *pod) GetNamedPort(ingress bool, name string, protocol u8proto.U8proto) uint16 {
	var number uint16
	if ingress {
		number, _ = p.ports.GetNamedPort(name, protocol)
	} else {
		number, _ = p.cluster.ipcache.GetNamedPorts().GetNamedPort(name, protocol)
	}
	return number
}

// envoyEndpoint is a pod as the part of the agent sees it that talks to Envoy.
type envoyEndpoint struct {
	endpoint.EndpointUpdater
	*pod
}

func (e envoyEndpoint) GetID() uint64                      { return e.pod.GetID() }
func (e envoyEndpoint) GetListenerProxyPort(string) uint16 { return 0 }
func (e envoyEndpoint) GetNamedPort(ingress bool, name string, protocol u8proto.U8proto) uint16 {
	return e.pod.GetNamedPort(ingress, name, protocol)
}

// enforced is what a pod's policies come to.
type enforced struct {
	pod   *pod
	state *policy.EndpointPolicy
	envoy *api.NetworkPolicy
	// parsers are the kinds of proxies behind the ports that packets are redirected to.
	parsers map[uint16]policy.L7ParserType
}

var errNoPolicy = errors.New("the policy of a pod could not be computed")

// proxyPorts stand for the listeners: one for each kind of proxy.
var proxyPorts = map[policy.L7ParserType]uint16{
	policy.ParserTypeHTTP:  10001,
	policy.ParserTypeKafka: 10002,
	policy.ParserTypeTLS:   10003,
	policy.ParserTypeDNS:   10004,
}

const otherProxyPort = 10005

// resolvePolicy computes the rules that hold for a pod, and makes the selectors in them known.
func (p *pod) resolvePolicy() (policy.SelectorPolicy, error) {
	resolved, _, err := p.cluster.repository.GetSelectorPolicy(p.identity, 0, &statistics{}, p.id)
	if err == nil && resolved == nil {
		err = errNoPolicy
	}
	return resolved, err
}

// enforce makes the policy map of a pod and programs its proxies.
func (p *pod) enforce(resolved policy.SelectorPolicy) (result *enforced, err error) {
	// The agent dies here, too: Cilium 1.19.4 adds a selector for the node to a filter that sends it to a proxy, without
	// noting a rule as its origin, and stumbles over that where another rule for the same port selects the node as well
	// (L4Filter.attach and ruleOrigin.Merge in pkg/policy).
	defer func() {
		if reason := recover(); reason != nil {
			result, err = nil, fmt.Errorf("the agent panics: %v", reason)
		}
	}()
	result = &enforced{pod: p, parsers: map[uint16]policy.L7ParserType{}}
	redirects := map[string]uint16{}
	for filter, rules := range resolved.RedirectFilters() {
		port, protocol := filter.Port, filter.U8Proto
		if port == 0 && filter.PortName != "" {
			port = p.GetNamedPort(filter.Ingress, filter.PortName, protocol)
		}
		if port == 0 {
			continue
		}
		parser := rules.Policy.L7Parser
		redirect, known := proxyPorts[parser]
		if !known {
			redirect = otherProxyPort
		}
		id := policy.ProxyID(uint16(p.id), filter.Ingress, string(filter.Protocol), port, rules.Policy.GetListener())
		if redirects[id] == 0 {
			redirects[id] = redirect
			result.parsers[redirect] = parser
		}
		if parser == policy.ParserTypeDNS {
			_, err := p.cluster.dns.UpdateAllowed(p.id, restore.MakeV2PortProto(port, protocol), filter.PerSelectorPolicies)
			if err != nil {
				return nil, err
			}
		}
	}
	result.state = resolved.DistillPolicy(silent, p, redirects)
	result.envoy = networkPolicyFor(p, result.state)
	return result, nil
}

type statistics struct{ waiting, calculation spanstat.SpanStat }

func (s *statistics) WaitingForPolicyRepository() *spanstat.SpanStat { return &s.waiting }
func (s *statistics) SelectorPolicyCalculation() *spanstat.SpanStat  { return &s.calculation }
