// Command admission-policy holds admission policies against requests with the expressions of the API server itself, and
// within the cost that it grants them. It reads {"kubernetes", "policies", "requests"} from a file, and prints for each
// request whether the policy that it names lets it in.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	celgo "github.com/google/cel-go/cel"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
)

type input struct {
	Kubernetes string    `json:"kubernetes"`
	Policies   []policy  `json:"policies"`
	Requests   []request `json:"requests"`
}

type policy struct {
	Name        string       `json:"name"`
	Conditions  []expression `json:"conditions"`
	Variables   []expression `json:"variables"`
	Validations []expression `json:"validations"`
}

type expression struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
}

type request struct {
	Policy    string          `json:"policy"`
	Operation string          `json:"operation"`
	Username  string          `json:"username"`
	Groups    []string        `json:"groups"`
	Namespace string          `json:"namespace"`
	Name      string          `json:"name"`
	Object    json.RawMessage `json:"object"`
	OldObject json.RawMessage `json:"oldObject"`
}

type verdict struct {
	Allowed bool     `json:"allowed"`
	Errors  []string `json:"errors"`
}

// accessor is how the compiler asks for an expression.
type accessor struct {
	expression
	types []*celgo.Type
}

func (a accessor) GetName() string            { return a.Name }
func (a accessor) GetExpression() string      { return a.Expression }
func (a accessor) ReturnTypes() []*celgo.Type { return a.types }

func main() {
	verdicts, err := run(os.Args[1])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(verdicts)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string) ([]verdict, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var in input
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, err
	}
	release, err := version.Parse(in.Kubernetes)
	if err != nil {
		return nil, err
	}
	compiled := map[string]func(request) verdict{}
	for _, p := range in.Policies {
		if compiled[p.Name], err = compile(p, environment.MustBaseEnvSet(release)); err != nil {
			return nil, err
		}
	}
	verdicts := []verdict{}
	for _, r := range in.Requests {
		evaluate, known := compiled[r.Policy]
		if !known {
			return nil, fmt.Errorf("there is no policy %q", r.Policy)
		}
		verdicts = append(verdicts, evaluate(r))
	}
	return verdicts, nil
}

// compile takes a policy as the API server takes a new one.
func compile(p policy, env *environment.EnvSet) (func(request) verdict, error) {
	compiler, err := cel.NewCompositedCompiler(env)
	if err != nil {
		return nil, err
	}
	none := cel.OptionalVariableDeclarations{}
	for _, variable := range p.Variables {
		any := accessor{variable, []*celgo.Type{celgo.AnyType, celgo.DynType}}
		if result := compiler.CompileAndStoreVariable(any, none, environment.NewExpressions); result.Error != nil {
			return nil, fmt.Errorf("%s: variable %s: %w", p.Name, variable.Name, result.Error)
		}
	}
	accessors := []cel.ExpressionAccessor{}
	for _, one := range append(append([]expression{}, p.Conditions...), p.Validations...) {
		accessors = append(accessors, accessor{one, []*celgo.Type{celgo.BoolType}})
	}
	condition := compiler.CompileCondition(accessors, none, environment.NewExpressions)
	if errs := condition.CompilationErrors(); len(errs) > 0 {
		return nil, fmt.Errorf("%s: %v", p.Name, errs)
	}
	return func(r request) verdict {
		// What kind it is plays no part: the policy has been matched.
		kind, resource := schema.GroupVersionKind{Kind: "Any"}, schema.GroupVersionResource{Resource: "any"}
		object, err := toObject(r.Object)
		if err != nil {
			return verdict{Errors: []string{err.Error()}}
		}
		old, err := toObject(r.OldObject)
		if err != nil {
			return verdict{Errors: []string{err.Error()}}
		}
		who := &user.DefaultInfo{Name: r.Username, Groups: r.Groups}
		attributes := admission.NewAttributesRecord(object, old, kind, r.Namespace, r.Name, resource, "",
			admission.Operation(r.Operation), nil, false, who)
		versioned := &admission.VersionedAttributes{
			Attributes:         attributes,
			VersionedKind:      kind,
			VersionedObject:    admission.NewLazyObject(object),
			VersionedOldObject: admission.NewLazyObject(old),
		}
		sent := cel.CreateAdmissionRequest(attributes, metav1.GroupVersionResource(resource), metav1.GroupVersionKind(kind))
		results, _, err := condition.ForInput(compiler.CreateContext(context.Background()), versioned, sent,
			cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
		if err != nil {
			return verdict{Errors: []string{err.Error()}}
		}
		decided := verdict{Allowed: true, Errors: []string{}}
		for index, result := range results {
			switch {
			case result.Error != nil:
				decided.Errors = append(decided.Errors, result.Error.Error())
			case result.EvalResult.Value() == true:
			case index < len(p.Conditions):
				return verdict{Allowed: true, Errors: []string{}}
			default:
				decided.Allowed = false
			}
		}
		return decided
	}, nil
}

// toObject reads numbers as the API server does: whole ones as integers.
func toObject(text json.RawMessage) (runtime.Object, error) {
	if len(text) == 0 {
		return nil, nil
	}
	content := map[string]any{}
	if err := utiljson.Unmarshal(text, &content); err != nil {
		return nil, err
	}
	return &unstructured.Unstructured{Object: content}, nil
}
