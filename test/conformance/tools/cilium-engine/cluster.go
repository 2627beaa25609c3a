package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"

	cmtypes "github.com/cilium/cilium/pkg/clustermesh/types"
	"github.com/cilium/cilium/pkg/defaults"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/fqdn"
	"github.com/cilium/cilium/pkg/fqdn/dnsproxy"
	"github.com/cilium/cilium/pkg/fqdn/namemanager"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	"github.com/cilium/cilium/pkg/ipcache"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	slimcorev1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	slimmetav1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/apis/meta/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/source"
	testidentity "github.com/cilium/cilium/pkg/testutils/identity"
	"github.com/cilium/cilium/pkg/time"
	ciliumtypes "github.com/cilium/cilium/pkg/types"
)

// onHost is the API server that runs on the node at hand.
const onHost = "kube-apiserver-on-host"

// clusterName is what the agent calls its own cluster unless somebody named it.
const clusterName = defaults.ClusterName

// The addresses that are given out here: public ones, as hosts have them, that no policy of the tests names.
var (
	podAddress       = netip.MustParseAddr("100.64.0.0")
	hostAddress      = map[int]netip.Addr{4: netip.MustParseAddr("20.0.0.0"), 6: netip.MustParseAddr("2600::")}
	apiServerAddress = map[int]netip.Addr{4: netip.MustParseAddr("21.0.0.1"), 6: netip.MustParseAddr("2600:1::1")}
)

// silent takes what the agent logs: warnings about policies are answers of the parsers, too, and come back as errors
// where they matter.
var silent = slog.New(slog.DiscardHandler)

// configure sets the agent's options to its defaults in a cluster with both families of addresses.
func configure() error {
	option.Config.EnableIPv4 = true
	option.Config.EnableIPv6 = true
	option.Config.EnableL7Proxy = true
	option.Config.ClusterName = clusterName
	// The daemon turns "auto" into this under Kubernetes.
	option.Config.AllowLocalhost = option.AllowLocalhostAlways
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	api.InitEntities(clusterName)
	return labelsfilter.ParseLabelPrefixCfg(silent, nil, nil, "")
}

// cluster is an agent with the parts that decide about packets.
type cluster struct {
	repository *policy.Repository
	identities identitymanager.IDManager
	ipcache    *ipcache.IPCache
	names      namemanager.NameManager
	dns        *dnsproxy.DNSProxy
	// pods has nil for what is no endpoint.
	pods    []*pod
	refused map[string]string
	sides   []side
	stop    func()
}

// newCluster is a cluster with all that is asked about. The API server may run on the node at hand; then that node's
// one identity has the labels of both.
func newCluster(asked *request, apiServerOnHost bool) (*cluster, error) {
	allocator := testidentity.NewMockIdentityAllocator(nil)
	identities := identitymanager.NewIDManager(silent)
	reserved := identity.ListReservedIdentities()
	if apiServerOnHost {
		node := labels.NewLabelsFromSortedList("reserved:host;reserved:kube-apiserver")
		reserved[identity.ReservedIdentityHost] = node.LabelArray()
	}
	repository := policy.NewPolicyRepository(silent, reserved, nil,
		envoypolicy.NewEnvoyL7RulesTranslator(silent, nil), identities, noMetrics{})
	ctx, cancel := context.WithCancel(context.Background())
	addresses := ipcache.NewIPCache(&ipcache.Configuration{
		Context:           ctx,
		Logger:            silent,
		IdentityAllocator: allocator,
		IdentityUpdater:   &updater{repository},
	})
	c := &cluster{
		repository: repository,
		identities: identities,
		ipcache:    addresses,
		names: namemanager.New(namemanager.ManagerParams{
			PolicyRepo: repository,
			Logger:     silent,
			IPCache:    addresses,
			Config: namemanager.NameManagerConfig{
				EnableIPv4: true, EnableIPv6: true, DNSProxyLockCount: 1,
			},
		}),
		dns: dnsproxy.NewDNSProxy(dnsproxy.DNSProxyConfig{Logger: silent, IPv4: true, IPv6: true}, nil, nil),
	}
	c.stop = func() {
		cancel()
		_ = addresses.Shutdown()
	}
	var err error
	if err = c.addPods(asked); err == nil {
		err = c.importCIDRGroups(asked)
	}
	if err == nil {
		c.refused, err = c.importPolicies(asked)
	}
	if err == nil {
		c.sides, err = c.ends(asked)
	}
	if err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

func (c *cluster) addPods(asked *request) error {
	known := map[string]*identity.Identity{}
	address := podAddress
	for i, workload := range asked.Workloads {
		address = address.Next()
		if workload.HostNetwork {
			c.pods = append(c.pods, nil)
			continue
		}
		lbls := identityLabels(asked, workload)
		id, exists := known[lbls.String()]
		if !exists {
			id = identity.NewIdentity(identity.NumericIdentity(1000+i), lbls)
			known[lbls.String()] = id
			(&updater{c.repository}).UpdateIdentities(identity.IdentityMap{id.ID: id.LabelArray}, nil)
			c.identities.Add(id)
		}
		ports := ciliumtypes.NamedPortMap{}
		for _, port := range workload.Ports {
			if err := ports.AddPort(port.Name, port.Port, port.Protocol); err != nil {
				return err
			}
		}
		c.pods = append(c.pods, &pod{id: uint64(i + 1), identity: id, ports: ports, cluster: c})
		_, err := c.ipcache.Upsert(address.String(), net.ParseIP("172.16.0.1"), 0,
			&ipcache.K8sMetadata{Namespace: workload.Namespace, PodName: workload.Name, NamedPorts: ports},
			ipcache.Identity{ID: id.ID, Source: source.Kubernetes})
		if err != nil {
			return err
		}
	}
	return nil
}

// identityLabels are the labels that the agent gives to a pod and that pass its filter.
func identityLabels(asked *request, workload workload) labels.Labels {
	object := &slimcorev1.Pod{
		ObjectMeta: slimmetav1.ObjectMeta{Name: workload.Name, Namespace: workload.Namespace, Labels: workload.Labels},
		Spec:       slimcorev1.PodSpec{ServiceAccountName: workload.ServiceAccount},
	}
	home := &slimcorev1.Namespace{ObjectMeta: slimmetav1.ObjectMeta{Name: workload.Namespace}}
	for _, namespace := range asked.Namespaces {
		if namespace.Name == workload.Namespace {
			home.Labels = namespace.Labels
		}
	}
	_, all := k8s.GetPodMetadata(silent, home, object)
	identityLabels, _ := labelsfilter.Filter(labels.Map2Labels(all, labels.LabelSourceK8s))
	return identityLabels
}

// addPrefixes makes identities for blocks of addresses, as the agent does before it takes in a policy.
func (c *cluster) addPrefixes(resource ipcachetypes.ResourceID, entries types.PolicyEntries) {
	var updates []ipcache.MU
	for _, prefix := range policy.GetCIDRPrefixes(entries) {
		updates = append(updates, ipcache.MU{
			Prefix:   cmtypes.NewLocalPrefixCluster(prefix),
			Source:   source.CustomResource,
			Resource: resource,
			Metadata: []ipcache.IPMetadata{labels.GetCIDRLabels(prefix)},
			IsCIDR:   true,
		})
	}
	c.label(updates...)
}

// label gives labels to addresses and waits until they count.
func (c *cluster) label(updates ...ipcache.MU) {
	if len(updates) == 0 {
		return
	}
	if err := c.ipcache.WaitForRevision(context.Background(), c.ipcache.UpsertMetadataBatch(updates...)); err != nil {
		panic(err)
	}
}

// resolve looks a name up, as a pod would through the DNS proxy.
func (c *cluster) resolve(name string, address netip.Addr) error {
	records := &fqdn.DNSIPRecords{TTL: 3600, IPs: []netip.Addr{address}}
	return <-c.names.UpdateGenerateDNS(context.Background(), time.Now(), name+".", records)
}

// identityAt is the identity of an address, as the datapath finds it.
func (c *cluster) identityAt(address netip.Addr) identity.NumericIdentity {
	if found, ok := c.ipcache.LookupSecIDByIP(address); ok {
		return found.ID
	}
	return identity.GetWorldIdentityFromIP(address)
}

// identityOf is the identity of an end that is not a pod.
func (c *cluster) identityOf(end end, number int) (identity.NumericIdentity, error) {
	switch {
	case end.Address != "":
		address, err := netip.ParseAddr(end.Address)
		if err != nil {
			return 0, err
		}
		return c.identityAt(address), nil
	case end.Host != "":
		return c.identityAt(hostAddressOf(end.Family, number)), nil
	case end.Entity == onHost:
		return identity.ReservedIdentityHost, nil
	case end.Entity == "kube-apiserver" && end.Family != 0:
		address := apiServerAddress[end.Family]
		c.label(ipcache.MU{
			Prefix:   cmtypes.NewLocalPrefixCluster(netip.PrefixFrom(address, address.BitLen())),
			Source:   source.KubeAPIServer,
			Resource: ipcachetypes.NewResourceID(ipcachetypes.ResourceKindEndpoint, "default", "kubernetes"),
			Metadata: []ipcache.IPMetadata{labels.LabelKubeAPIServer},
		})
		return c.identityAt(address), nil
	}
	if id := identity.GetReservedID(end.Entity); id != identity.IdentityUnknown {
		return id, nil
	}
	return 0, fmt.Errorf("no entity %q", end.Entity)
}

// hostAddressOf is the address of the n-th end, a host.
func hostAddressOf(family, number int) netip.Addr {
	bytes := hostAddress[family].AsSlice()
	binary.BigEndian.PutUint16(bytes[len(bytes)-2:], uint16(number+1))
	address, _ := netip.AddrFromSlice(bytes)
	return address
}

// updater tells the selector cache about identities, as the agent's updater does without its batches.
type updater struct{ repository *policy.Repository }

func (u *updater) UpdateIdentities(added, deleted identity.IdentityMap) <-chan struct{} {
	done := make(chan struct{})
	var wait sync.WaitGroup
	u.repository.GetSelectorCache().UpdateIdentities(added, deleted, &wait)
	wait.Wait()
	close(done)
	return done
}

type noMetrics struct{}

func (noMetrics) AddRule(types.PolicyEntry) {}
func (noMetrics) DelRule(types.PolicyEntry) {}
