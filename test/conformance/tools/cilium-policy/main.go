// Command cilium-policy reads Kubernetes YAML and reports every network policy that Cilium would not take as it is
// written. It runs the code of Cilium itself, so its verdict is the agent's, not an imitation of it.
//
// Usage: cilium-policy [FILE...]
//
// Without arguments it reads standard input. It prints one JSON report on standard output and exits with 0 when the
// report has no errors, with 1 when it has.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	sigsyaml "sigs.k8s.io/yaml"
)

type report struct {
	Checked int       `json:"checked"`
	Ignored int       `json:"ignored"`
	Errors  []finding `json:"errors"`
}

// finding is one thing that is wrong with one document. Document counts from 1 and is 0 when the file itself could
// not be read.
type finding struct {
	File      string `json:"file"`
	Document  int    `json:"document"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Error     string `json:"error"`
}

func main() {
	checker, err := newChecker()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cilium-policy:", err)
		os.Exit(2)
	}

	result := report{Errors: []finding{}}
	if len(os.Args) == 1 {
		result.read(checker, "-", os.Stdin)
	}
	for _, name := range os.Args[1:] {
		result.readFile(checker, name)
	}

	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, "cilium-policy:", err)
		os.Exit(2)
	}
	if len(result.Errors) > 0 {
		os.Exit(1)
	}
}

func (r *report) readFile(checker *checker, name string) {
	file, err := os.Open(name)
	if err != nil {
		r.Errors = append(r.Errors, finding{File: name, Error: err.Error()})
		return
	}
	defer file.Close()
	r.read(checker, name, file)
}

// read checks every document of one stream. The documents are told apart with the splitter that kubectl uses.
func (r *report) read(checker *checker, name string, stream io.Reader) {
	documents := yaml.NewYAMLReader(bufio.NewReader(stream))
	for number := 1; ; number++ {
		text, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.Errors = append(r.Errors, finding{File: name, Document: number, Error: err.Error()})
			return
		}
		r.document(checker, name, number, text)
	}
}

func (r *report) document(checker *checker, file string, number int, text []byte) {
	fail := func(object *unstructured.Unstructured, message string) {
		r.Errors = append(r.Errors, finding{
			File:      file,
			Document:  number,
			Kind:      object.GetKind(),
			Namespace: object.GetNamespace(),
			Name:      object.GetName(),
			Error:     message,
		})
	}

	// The strict conversion refuses a key that is written twice.
	data, err := sigsyaml.YAMLToJSONStrict(text)
	if err != nil {
		fail(&unstructured.Unstructured{}, err.Error())
		return
	}
	if strings.TrimSpace(string(data)) == "null" {
		return // comments or nothing at all
	}

	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(data); err != nil {
		fail(&unstructured.Unstructured{}, err.Error())
		return
	}

	// A List is a container: what counts is what it holds.
	objects := []*unstructured.Unstructured{object}
	if object.IsList() {
		list, err := object.ToList()
		if err != nil {
			fail(object, err.Error())
			return
		}
		objects = objects[:0]
		for i := range list.Items {
			objects = append(objects, &list.Items[i])
		}
	}

	for _, object := range objects {
		known, problems := checker.check(object)
		if !known {
			r.Ignored++
			continue
		}
		r.Checked++
		for _, problem := range problems {
			fail(object, problem)
		}
	}
}
