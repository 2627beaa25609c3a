package main

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	_ "unsafe" // for go:linkname

	_ "github.com/cilium/cilium/pkg/envoy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/proxy/endpoint"
	api "github.com/cilium/proxy/go/cilium/api"
	envoycore "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	envoyroute "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
)

// xdsServer begins like the type of the same name in Cilium's pkg/envoy; of all its fields the method below only uses
// the first. The rest is room that stays empty.
type xdsServer struct {
	logger *slog.Logger
	_      [8192]byte
}

//go:linkname getNetworkPolicy github.com/cilium/cilium/pkg/envoy.(*xdsServer).getNetworkPolicy
func getNetworkPolicy(s *xdsServer, ep endpoint.EndpointUpdater, selectors policy.SelectorSnapshot, names []string,
	l4Policy *policy.L4Policy, ingressEnforced, egressEnforced, useFullTLSContext, useSDS bool, secretsNamespace string,
) *api.NetworkPolicy

var xds = &xdsServer{logger: silent}

// networkPolicyFor is the resource that the agent sends to Envoy.
func networkPolicyFor(p *pod, state *policy.EndpointPolicy) *api.NetworkPolicy {
	resolved := state.SelectorPolicy
	return getNetworkPolicy(xds, envoyEndpoint{pod: p}, state.GetPolicySelectors(), nil, &resolved.L4Policy,
		resolved.IngressPolicyEnabled, resolved.EgressPolicyEnabled, false, false, "")
}

// envoyAllows reads the resource as Envoy does (cilium/proxy, cilium/network_policy.cc; the comments of npds.proto say
// the same): what any policy for the port, or for all ports, allows is allowed, unless a rule denies it.
func envoyAllows(policies []*api.PortNetworkPolicy, port uint16, remote identity.NumericIdentity, asked l7Request) bool {
	allowed := false
	for _, each := range policies {
		if each.Protocol != envoycore.SocketAddress_TCP || !holdsPort(each, uint32(port)) {
			continue
		}
		if len(each.Rules) == 0 {
			allowed = true
		}
		for _, rule := range each.Rules {
			if len(rule.RemotePolicies) > 0 && !slices.Contains(rule.RemotePolicies, remote.Uint32()) {
				continue
			}
			if rule.Deny {
				return false
			}
			if ruleAllows(rule, asked) {
				allowed = true
			}
		}
	}
	return allowed
}

func holdsPort(policy *api.PortNetworkPolicy, port uint32) bool {
	return policy.Port == 0 || policy.Port == port || (policy.Port <= port && port <= policy.EndPort)
}

func ruleAllows(rule *api.PortNetworkPolicyRule, asked l7Request) bool {
	if len(rule.ServerNames) > 0 && (asked.Kind != "sni" || !slices.ContainsFunc(rule.ServerNames, func(name string) bool {
		return matchesServerName(name, asked.Name)
	})) {
		return false
	}
	switch rules := rule.L7.(type) {
	case nil:
		return true
	case *api.PortNetworkPolicyRule_HttpRules:
		return asked.Kind == "http" && slices.ContainsFunc(rules.HttpRules.HttpRules, func(rule *api.HttpNetworkPolicyRule) bool {
			return len(rule.HeaderMatches) == 0 && !slices.ContainsFunc(rule.Headers, func(header *envoyroute.HeaderMatcher) bool {
				return !matchesHeader(header, asked)
			})
		})
	case *api.PortNetworkPolicyRule_KafkaRules:
		return asked.Kind == "kafka" && slices.ContainsFunc(rules.KafkaRules.KafkaRules, func(rule *api.KafkaNetworkPolicyRule) bool {
			return (rule.Topic == "" || rule.Topic == asked.Topic) &&
				(len(rule.ApiKeys) == 0 || slices.Contains(rule.ApiKeys, asked.APIKey))
		})
	}
	return false
}

// matchesHeader knows the matchers that Cilium makes from methods, paths and hosts: regular expressions for the whole.
func matchesHeader(header *envoyroute.HeaderMatcher, asked l7Request) bool {
	value := map[string]string{":method": asked.Method, ":path": asked.Path}[header.Name]
	pattern := header.GetSafeRegexMatch().GetRegex()
	if pattern == "" {
		pattern = header.GetStringMatch().GetSafeRegex().GetRegex()
	}
	return pattern != "" && whole(pattern).MatchString(value)
}

// matchesServerName takes a star for one label, and two for any number of them.
func matchesServerName(pattern, name string) bool {
	text := regexp.QuoteMeta(strings.ToLower(pattern))
	text = strings.ReplaceAll(text, `\*\*`, `[-a-z0-9_.]+`)
	text = strings.ReplaceAll(text, `\*`, `[-a-z0-9_]+`)
	return whole(text).MatchString(strings.ToLower(name))
}

var compiled sync.Map

func whole(pattern string) *regexp.Regexp {
	if known, ok := compiled.Load(pattern); ok {
		return known.(*regexp.Regexp)
	}
	made := regexp.MustCompile("^(?:" + pattern + ")$")
	compiled.Store(pattern, made)
	return made
}
