package main

import (
	"fmt"
	"strings"

	"github.com/cilium/cilium/pkg/fqdn/restore"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/u8proto"
	api "github.com/cilium/proxy/go/cilium/api"
)

// judge builds the cluster and tries all packets between all pairs.
func judge(asked *request) (*answer, error) {
	c, err := newCluster(asked)
	if err != nil {
		return nil, err
	}
	defer c.stop()
	if err := c.importCIDRGroups(asked); err != nil {
		return nil, err
	}
	refused, err := c.importPolicies(asked)
	if err != nil {
		return nil, err
	}
	ends, err := c.ends(asked)
	if err != nil {
		return nil, err
	}
	result := &answer{Refused: refused, Fates: []fate{}, Flows: [][]int{}}
	numbers := map[fate]int{}
	for _, pair := range asked.Pairs {
		from, to := ends[pair[0]], ends[pair[1]]
		flows := make([]int, len(asked.Packets))
		for i, packet := range asked.Packets {
			fate, err := fateOf(from, to, packet, asked.Requests)
			if err != nil {
				return nil, err
			}
			number, known := numbers[fate]
			if !known {
				number = len(result.Fates)
				numbers[fate] = number
				result.Fates = append(result.Fates, fate)
			}
			flows[i] = number
		}
		result.Flows = append(result.Flows, flows)
	}
	return result, nil
}

// side is an end with its identity, and with the policies that it is under if it is a pod.
type side struct {
	identity identity.NumericIdentity
	enforced *enforced
}

func (c *cluster) ends(asked *request) ([]side, error) {
	// Names are only matched by selectors that pods use, so all policies are resolved before the first lookup.
	resolved := make([]policy.SelectorPolicy, len(c.pods))
	for i, pod := range c.pods {
		if pod == nil {
			continue
		}
		var err error
		if resolved[i], err = pod.resolvePolicy(); err != nil {
			return nil, fmt.Errorf("policy of pod %d: %w", i, err)
		}
	}
	for i, end := range asked.Ends {
		if end.Host != "" {
			if err := c.resolve(end.Host, hostAddressOf(end.Family, i)); err != nil {
				return nil, err
			}
		}
	}
	sides := make([]side, len(asked.Ends))
	for i, end := range asked.Ends {
		if end.Workload > 0 {
			pod := c.pods[end.Workload-1]
			if pod == nil {
				return nil, fmt.Errorf("end %d is on the host's network", i)
			}
			sides[i].identity = pod.identity.ID
			continue
		}
		id, err := c.identityOf(end, i)
		if err != nil {
			return nil, err
		}
		sides[i].identity = id
	}
	for i, end := range asked.Ends {
		if end.Workload == 0 {
			continue
		}
		var err error
		pod := c.pods[end.Workload-1]
		if sides[i].enforced, err = pod.enforce(resolved[end.Workload-1]); err != nil {
			return nil, err
		}
	}
	return sides, nil
}

// fateOf asks the egress of the source and the ingress of the destination.
func fateOf(from, to side, packet packet, requests []l7Request) (fate, error) {
	protocol, err := u8proto.ParseProtocol(packet.Protocol)
	if err != nil {
		return fate{}, err
	}
	out := from.enforced.oneWay(false, to.identity, protocol, packet.Port, requests)
	in := to.enforced.oneWay(true, from.identity, protocol, packet.Port, requests)
	if !out.allowed || !in.allowed {
		return fate{}, nil
	}
	return fate{
		Allowed:       true,
		Authenticated: out.authenticated || in.authenticated,
		Proxies:       [2]string{out.proxy, in.proxy},
		Requests:      both(out.requests, in.requests),
	}, nil
}

// direction is what one end does with a packet.
type direction struct {
	allowed       bool
	authenticated bool
	proxy         string
	requests      string
}

// oneWay looks a packet up in the policy map, as the datapath does, and asks the proxy that it is sent to.
func (e *enforced) oneWay(ingress bool, remote identity.NumericIdentity, protocol u8proto.U8proto, port uint16, requests []l7Request) direction {
	free := direction{allowed: true, requests: strings.Repeat("y", len(requests))}
	if e == nil {
		return free
	}
	key := policy.EgressKey()
	if ingress {
		key = policy.IngressKey()
	}
	// WithPortProto takes port 0 for all ports; a packet of ICMP type 0 has all 16 bits.
	entry, _, _ := e.state.Lookup(key.WithIdentity(remote).WithPortProtoPrefix(protocol, port, 16))
	if !entry.IsAllow() {
		return direction{}
	}
	free.authenticated = entry.AuthRequirement.AuthType() == policytypes.AuthTypeSpire
	if !entry.IsRedirectEntry() {
		return free
	}
	parser := e.parsers[entry.ProxyPort]
	var passes strings.Builder
	for _, asked := range requests {
		passes.WriteByte(e.ask(parser, ingress, remote, protocol, port, asked))
	}
	return direction{allowed: true, authenticated: free.authenticated, proxy: parser.String(), requests: passes.String()}
}

// ask tells whether a proxy passes a request on: y, n or ? where the proxy does not speak that language.
func (e *enforced) ask(parser policy.L7ParserType, ingress bool, remote identity.NumericIdentity, protocol u8proto.U8proto, port uint16, asked l7Request) byte {
	languages := map[policy.L7ParserType]string{
		policy.ParserTypeHTTP: "http", policy.ParserTypeKafka: "kafka", policy.ParserTypeTLS: "sni", policy.ParserTypeDNS: "dns",
	}
	if languages[parser] != asked.Kind {
		return '?'
	}
	if parser == policy.ParserTypeDNS {
		allowed, err := e.pod.cluster.dns.CheckAllowed(e.pod.id, restore.MakeV2PortProto(port, protocol), remote, podAddress, asked.Name)
		return letter(err == nil && allowed)
	}
	return letter(envoyAllows(e.perPortPolicies(ingress), port, remote, asked))
}

func (e *enforced) perPortPolicies(ingress bool) []*api.PortNetworkPolicy {
	if ingress {
		return e.envoy.IngressPerPortPolicies
	}
	return e.envoy.EgressPerPortPolicies
}

func letter(allowed bool) byte {
	if allowed {
		return 'y'
	}
	return 'n'
}

// both is what passes two proxies: one that refuses is enough.
func both(a, b string) string {
	result := []byte(a)
	for i := range result {
		switch {
		case a[i] == 'n' || b[i] == 'n':
			result[i] = 'n'
		case b[i] == '?':
			result[i] = '?'
		}
	}
	return string(result)
}
