package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/cilium/cilium/pkg/k8s"
	ciliumv2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slimnetworkingv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/utils"
	networkingv1 "k8s.io/api/networking/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/json"
)

// clusterName is what the agent passes to the parsers in its default configuration: the name of the local cluster
// (policy-default-local-cluster is on), and that name is "default" unless the administrator chose another.
//
// Everything else that the parsers look up (L7 proxy and ICMP rules on, node selectors and extended IP protocols off,
// policies without default deny allowed) comes from the global option.Config, which is created with the defaults of
// the agent.
const clusterName = "default"

type checker struct {
	cnp, ccnp *schema
}

func newChecker() (*checker, error) {
	cnp, err := newSchema(ciliumv2.CNPKindDefinition)
	if err != nil {
		return nil, err
	}
	ccnp, err := newSchema(ciliumv2.CCNPKindDefinition)
	if err != nil {
		return nil, err
	}
	return &checker{cnp: cnp, ccnp: ccnp}, nil
}

// check tells whether the object is a network policy of the APIs that Cilium serves and, if so, what is wrong with it.
func (c *checker) check(object *unstructured.Unstructured) (known bool, problems []string) {
	kind := object.GroupVersionKind()
	switch kind.Group + "/" + kind.Kind {
	case "cilium.io/" + ciliumv2.CNPKindDefinition:
		problems = checkVersion(object, "cilium.io/v2")
		problems = append(problems, c.cnp.check(object)...)
		return true, append(problems, checkCiliumNetworkPolicy(object)...)
	case "cilium.io/" + ciliumv2.CCNPKindDefinition:
		problems = checkVersion(object, "cilium.io/v2")
		problems = append(problems, c.ccnp.check(object)...)
		return true, append(problems, checkCiliumClusterwideNetworkPolicy(object)...)
	case "networking.k8s.io/NetworkPolicy":
		problems = checkVersion(object, "networking.k8s.io/v1")
		return true, append(problems, checkNetworkPolicy(object)...)
	default:
		return false, nil
	}
}

func checkVersion(object *unstructured.Unstructured, want string) []string {
	if got := object.GetAPIVersion(); got != want {
		return []string{fmt.Sprintf("apiVersion is %q, the agent reads %q", got, want)}
	}
	return nil
}

func checkCiliumNetworkPolicy(object *unstructured.Unstructured) []string {
	policy := &ciliumv2.CiliumNetworkPolicy{}
	problems := decode(object, policy)
	problems = append(problems, checkMetadata(policy, true)...)
	return append(problems, parse(policy.Parse)...)
}

func checkCiliumClusterwideNetworkPolicy(object *unstructured.Unstructured) []string {
	policy := &ciliumv2.CiliumClusterwideNetworkPolicy{}
	problems := decode(object, policy)
	problems = append(problems, checkMetadata(policy, false)...)
	return append(problems, parse(policy.Parse)...)
}

// parse runs what the agent runs when the API server sends it a policy: parsing, which includes Rule.Sanitize, and
// the conversion to the entries that go into its policy repository.
func parse(parser func(*slog.Logger, string) (api.Rules, error)) []string {
	log := &warnings{}
	rules, err := parser(slog.New(log), clusterName)
	if err != nil {
		return append(log.messages, err.Error())
	}
	utils.RulesToPolicyEntries(rules)
	return log.messages
}

func checkNetworkPolicy(object *unstructured.Unstructured) []string {
	// The complete type finds the unknown fields, the agent's own type leaves out what it does not read.
	problems := decode(object, &networkingv1.NetworkPolicy{})
	policy := &slimnetworkingv1.NetworkPolicy{}
	data, err := object.MarshalJSON()
	if err != nil {
		return append(problems, err.Error())
	}
	if err := json.UnmarshalCaseSensitivePreserveInts(data, policy); err != nil {
		return append(problems, err.Error())
	}
	problems = append(problems, checkMetadata(object, true)...)

	log := &warnings{}
	if _, err := k8s.ParseNetworkPolicy(slog.New(log), clusterName, policy); err != nil {
		problems = append(problems, err.Error())
	}
	return append(problems, log.messages...)
}

// decode fills into from the object. Fields that the type does not have are problems.
//
// The selectors of Cilium have their own decoder that passes over unknown fields; the schema finds those.
func decode(object *unstructured.Unstructured, into any) []string {
	data, err := object.MarshalJSON()
	if err != nil {
		return []string{err.Error()}
	}
	strict, err := json.UnmarshalStrict(data, into)
	if err != nil {
		return []string{"cannot be decoded: " + err.Error()}
	}
	var problems []string
	for _, err := range strict {
		problems = append(problems, "cannot be decoded strictly: "+err.Error())
	}
	return problems
}

// checkMetadata applies the rules of the API server for names, labels and annotations.
func checkMetadata(object metav1.Object, namespaced bool) []string {
	return messages(apivalidation.ValidateObjectMetaAccessor(
		object, namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"),
	))
}

func messages(errs field.ErrorList) []string {
	var result []string
	for _, err := range errs {
		result = append(result, err.Error())
	}
	return result
}

// warnings is a log handler that keeps what the agent would log as a warning or worse: it takes such a policy, but
// does something else than what the policy says.
type warnings struct {
	messages []string
}

func (w *warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }
func (w *warnings) WithAttrs([]slog.Attr) slog.Handler               { return w }
func (w *warnings) WithGroup(string) slog.Handler                    { return w }

func (w *warnings) Handle(_ context.Context, record slog.Record) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "the agent warns: %s", strings.TrimRight(record.Message, "'. "))
	record.Attrs(func(attr slog.Attr) bool {
		fmt.Fprintf(&text, " %s=%v", attr.Key, attr.Value)
		return true
	})
	w.messages = append(w.messages, text.String())
	return nil
}
