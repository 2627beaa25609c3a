package main

import "encoding/json"

// request is a cluster and questions about it, or patterns of DNS names.
type request struct {
	Namespaces []namespace `json:"namespaces"`
	Workloads  []workload  `json:"workloads"`
	Services   []service   `json:"services"`
	// Policies and CIDRGroups are whole Kubernetes objects.
	Policies   []json.RawMessage `json:"policies"`
	CIDRGroups []json.RawMessage `json:"cidrGroups"`
	// Ends are all that the questions are about; the indexes in Pairs count in them.
	Ends  []end    `json:"ends"`
	Pairs [][2]int `json:"pairs"`
	// Packets are tried between all pairs.
	Packets []packet `json:"packets"`
	// Requests are tried in packets that a proxy gets to see.
	Requests []l7Request `json:"requests"`

	// Patterns asks about DNS patterns instead; everything else is ignored then.
	Patterns []patternQuestion `json:"patterns"`
}

type namespace struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
}

// workload is one pod.
type workload struct {
	Namespace      string            `json:"namespace"`
	Name           string            `json:"name"`
	Labels         map[string]string `json:"labels"`
	ServiceAccount string            `json:"serviceAccount"`
	HostNetwork    bool              `json:"hostNetwork"`
	Ports          []namedPort       `json:"ports"`
}

type namedPort struct {
	Name     string `json:"name"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
}

type service struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Labels    map[string]string `json:"labels"`
	Selector  map[string]string `json:"selector"`
	// Addresses are those of the backends.
	Addresses []string `json:"addresses"`
}

// end is one end of a connection; exactly one of the first four is set. A workload on the host's network cannot be an
// end: ask about the node that it is on.
type end struct {
	// Workload is an index in Workloads, counted from 1.
	Workload int    `json:"workload"`
	Address  string `json:"address"`
	// Host is a DNS name with one address outside the cluster that no rule for addresses names.
	Host   string `json:"host"`
	Entity string `json:"entity"`
	// Family of a host's address: 4 or 6. For kube-apiserver outside the cluster likewise; without a family it runs on
	// another node, and the entity kube-apiserver-on-host is one that runs on the node at hand.
	Family int `json:"family"`
}

type packet struct {
	Protocol string `json:"protocol"`
	Port     uint16 `json:"port"`
}

// l7Request is what somebody says to a proxy.
type l7Request struct {
	// Kind is http, dns, sni or kafka.
	Kind   string `json:"kind"`
	Method string `json:"method"`
	Path   string `json:"path"`
	// Name is the name that is looked up, or that stands in the first message of TLS.
	Name string `json:"name"`
	// Topic and APIKey are those of Kafka.
	Topic  string `json:"topic"`
	APIKey int32  `json:"apiKey"`
}

// answer says what happens to all packets between all pairs. Few outcomes differ, so they are listed once.
type answer struct {
	// Refused names the policies that the agent does not take in, with its error.
	Refused map[string]string `json:"refused"`
	// Uncomputable tells for ends, by index, why the agent cannot compute their policy: it keeps the one before then.
	Uncomputable map[int]string `json:"uncomputable"`
	Fates        []fate         `json:"fates"`
	// Flows has one list for each pair, with an index in Fates for each packet; null if an end is uncomputable.
	Flows [][]int `json:"flows"`
}

// fate is what happens to one packet.
type fate struct {
	Allowed bool `json:"allowed"`
	// Authenticated says that the policy map asks for mutual authentication at one end or the other.
	Authenticated bool `json:"authenticated"`
	// Proxies are the kinds of proxies that the packet goes through, at the source and at the destination; "" for none.
	Proxies [2]string `json:"proxies"`
	// Requests has one letter for each request: y passes, n is refused, ? is not for the proxy that gets it.
	Requests string `json:"requests"`
}

// patternQuestion has a matchName or a matchPattern.
type patternQuestion struct {
	Name    string   `json:"matchName"`
	Pattern string   `json:"matchPattern"`
	Names   []string `json:"names"`
}

type failure struct {
	Error string `json:"error"`
}
