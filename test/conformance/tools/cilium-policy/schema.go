package main

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/cilium/cilium/pkg/k8s/apis/cilium.io/client"
	ciliumv2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// schema is the custom resource definition of one kind, used as the API server uses it. The definition is the one
// that Cilium's own operator installs; it is compiled into Cilium's client package.
type schema struct {
	structural *structuralschema.Structural
	validator  validation.SchemaValidator
}

func newSchema(kind string) (*schema, error) {
	silent := slog.New(slog.NewTextHandler(io.Discard, nil))
	definition := client.GetPregeneratedCRD(silent, kind+"/"+ciliumv2.CustomResourceDefinitionVersion)
	for _, version := range definition.Spec.Versions {
		if version.Name != "v2" || version.Schema == nil {
			continue
		}
		var internal apiextensions.CustomResourceValidation
		if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(
			version.Schema, &internal, nil,
		); err != nil {
			return nil, err
		}
		structural, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
		if err != nil {
			return nil, err
		}
		validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
		if err != nil {
			return nil, err
		}
		return &schema{structural: structural, validator: validator}, nil
	}
	return nil, fmt.Errorf("the definition of %s has no version v2", kind)
}

// check reports the fields that the API server would prune or, when the client asks for strict validation as kubectl
// does, refuse; and the values that do not fit the schema.
func (s *schema) check(object *unstructured.Unstructured) []string {
	var problems []string
	unknown := pruning.PruneWithOptions(object.DeepCopy().Object, s.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		problems = append(problems, fmt.Sprintf("unknown field %q", path))
	}
	return append(problems, messages(validation.ValidateCustomResource(nil, object.Object, s.validator))...)
}
