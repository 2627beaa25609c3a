package main

import (
	"net/netip"
	_ "unsafe" // for go:linkname

	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/loadbalancer"
	"github.com/cilium/cilium/pkg/policy/api"
	_ "github.com/cilium/cilium/pkg/policy/k8s"
)

// serviceEndpoints has the fields of the type of the same name in Cilium's pkg/policy/k8s, whose translation of
// toServices is a method that is not exported. The version of Cilium is pinned, so the two stay alike.
type serviceEndpoints struct {
	svc             *loadbalancer.Service
	backendPrefixes func() []api.CIDR
}

//go:linkname processRule github.com/cilium/cilium/pkg/policy/k8s.(*serviceEndpoints).processRule
func processRule(s *serviceEndpoints, rule *api.Rule) int

// addServices adds what toServices selects to a rule.
func addServices(services []service, rule *api.Rule) {
	for _, each := range services {
		endpoints := &serviceEndpoints{
			svc: &loadbalancer.Service{
				Name:     loadbalancer.NewServiceName(each.Namespace, each.Name),
				Labels:   labels.Map2Labels(each.Labels, labels.LabelSourceK8s),
				Selector: each.Selector,
			},
			backendPrefixes: func() []api.CIDR {
				var prefixes []api.CIDR
				for _, address := range each.Addresses {
					addr := netip.MustParseAddr(address)
					prefixes = append(prefixes, api.CIDR(netip.PrefixFrom(addr, addr.BitLen()).String()))
				}
				return prefixes
			},
		}
		processRule(endpoints, rule)
	}
}
