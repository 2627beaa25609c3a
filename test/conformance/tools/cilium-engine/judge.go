package main

import (
	"fmt"
	"maps"
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
	variants := map[bool]*cluster{}
	for _, pair := range asked.Pairs {
		special := asked.isOnHost(pair)
		if variants[special] != nil {
			continue
		}
		c, err := newCluster(asked, special)
		if err != nil {
			return nil, err
		}
		defer c.stop()
		variants[special] = c
	}
	result := &answer{Refused: map[string]string{}, Uncomputable: map[int]string{}, Fates: []fate{}, Flows: [][]int{}}
	for _, c := range variants {
		maps.Copy(result.Refused, c.refused)
		for i, side := range c.sides {
			if side.err != nil {
				result.Uncomputable[i] = side.err.Error()
			}
		}
	}
	numbers := map[fate]int{}
	for _, pair := range asked.Pairs {
		c := variants[asked.isOnHost(pair)]
		from, to := c.sides[pair[0]], c.sides[pair[1]]
		if from.err != nil || to.err != nil {
			result.Flows = append(result.Flows, nil)
			continue
		}
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

func (r *request) isOnHost(pair [2]int) bool {
	return r.Ends[pair[0]].Entity == onHost || r.Ends[pair[1]].Entity == onHost
}

// side is an end with its identity, and with the policies that it is under if it is a pod.
type side struct {
	identity identity.NumericIdentity
	enforced *enforced
	// err is why the agent cannot compute the policy of the pod.
	err error
}

func (c *cluster) ends(asked *request) ([]side, error) {
	// Names are only matched by selectors that pods use, so all policies are resolved before the first lookup.
	resolved := make([]policy.SelectorPolicy, len(c.pods))
	failed := make([]error, len(c.pods))
	for i, pod := range c.pods {
		if pod != nil {
			resolved[i], failed[i] = pod.resolvePolicy()
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
		if sides[i].err = failed[end.Workload-1]; sides[i].err != nil {
			continue
		}
		sides[i].enforced, sides[i].err = c.pods[end.Workload-1].enforce(resolved[end.Workload-1])
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
