package main

import (
	"encoding/json"
	"fmt"
	"net/netip"

	cmtypes "github.com/cilium/cilium/pkg/clustermesh/types"
	"github.com/cilium/cilium/pkg/ipcache"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	ciliumv2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slimnetworkingv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	slimmetav1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/apis/meta/v1"
	k8sutils "github.com/cilium/cilium/pkg/k8s/utils"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/policy/utils"
	"github.com/cilium/cilium/pkg/source"
	k8sjson "sigs.k8s.io/json"
)

// importPolicies does what the agent's watcher and importer do; it returns the policies that they refuse.
func (c *cluster) importPolicies(asked *request) (map[string]string, error) {
	refused := map[string]string{}
	for _, raw := range asked.Policies {
		var head slimmetav1.PartialObjectMetadata
		if err := json.Unmarshal(raw, &head); err != nil {
			return nil, err
		}
		resource, entries, err := parsePolicy(asked, head.Kind, raw)
		if err != nil {
			refused[head.Kind+" "+head.Namespace+"/"+head.Name] = err.Error()
			continue
		}
		c.addPrefixes(resource, entries)
		c.repository.ReplaceByResource(entries, resource)
	}
	return refused, nil
}

func parsePolicy(asked *request, kind string, raw []byte) (ipcachetypes.ResourceID, types.PolicyEntries, error) {
	switch kind {
	case "NetworkPolicy":
		object := &slimnetworkingv1.NetworkPolicy{}
		if err := k8sjson.UnmarshalCaseSensitivePreserveInts(raw, object); err != nil {
			return "", nil, err
		}
		entries, err := k8s.ParseNetworkPolicy(silent, clusterName, object)
		return ipcachetypes.NewResourceID(ipcachetypes.ResourceKindNetpol, object.Namespace, object.Name), entries, err
	case ciliumv2.CNPKindDefinition, ciliumv2.CCNPKindDefinition:
		object := &ciliumv2.CiliumNetworkPolicy{}
		if err := k8sjson.UnmarshalCaseSensitivePreserveInts(raw, object); err != nil {
			return "", nil, err
		}
		resourceKind := ipcachetypes.ResourceKindCNP
		if kind == ciliumv2.CCNPKindDefinition {
			resourceKind = ipcachetypes.ResourceKindCCNP
		}
		for _, spec := range append(api.Rules{object.Spec}, object.Specs...) {
			addServices(asked.Services, spec)
		}
		// The agent parses clusterwide policies as this type, too, and tells them apart by the missing namespace.
		rules, err := object.Parse(silent, clusterName)
		if err != nil {
			return "", nil, err
		}
		return ipcachetypes.NewResourceID(resourceKind, object.Namespace, object.Name), utils.RulesToPolicyEntries(rules), nil
	}
	return "", nil, fmt.Errorf("policies of kind %s are not evaluated", kind)
}

// importCIDRGroups labels the blocks of groups. The agent does the same in a method of its watcher, which is not
// exported (pkg/policy/k8s/cilium_cidr_group.go).
func (c *cluster) importCIDRGroups(asked *request) error {
	var updates []ipcache.MU
	for _, raw := range asked.CIDRGroups {
		object := &ciliumv2.CiliumCIDRGroup{}
		if err := k8sjson.UnmarshalCaseSensitivePreserveInts(raw, object); err != nil {
			return err
		}
		group := labels.Labels{}
		add := func(label labels.Label) { group[label.Key] = label }
		for key, value := range k8sutils.RemoveCiliumLabels(object.Labels) {
			label := labels.NewLabel(key, value, labels.LabelSourceCIDRGroup)
			add(label)
			add(labels.EncodedCIDRGroupLabel(label.Key, label.Value, label.Source))
		}
		add(api.LabelForCIDRGroupRef(object.Name))
		for _, text := range object.Spec.ExternalCIDRs {
			prefix, err := netip.ParsePrefix(string(text))
			if err != nil {
				continue
			}
			own := labels.FromSlice(group.ToSlice())
			own.AddWorldLabel(prefix.Addr())
			updates = append(updates, ipcache.MU{
				Prefix:   cmtypes.NewLocalPrefixCluster(prefix),
				Source:   source.Generated,
				Resource: ipcachetypes.NewResourceID(ipcachetypes.ResourceKindCIDRGroup, "", object.Name),
				Metadata: []ipcache.IPMetadata{own},
			})
		}
	}
	c.label(updates...)
	return nil
}
