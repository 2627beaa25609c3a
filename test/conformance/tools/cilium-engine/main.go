// Command cilium-engine answers, with the code of Cilium's agent, what Cilium lets through in small clusters.
//
// It reads one JSON value per line on standard input and writes one per line on standard output: for a cluster with
// policies the fate of packets, for names and patterns whether they match. See request.go for both.
//
// What is Cilium's own: the parsers of all kinds of policies, the translation of toServices, the labels of pods, the
// ipcache with its identities for addresses, the manager of DNS names, the policy repository with its selector cache,
// the distilled policy map and its lookup, the resource that Envoy is sent, and the DNS proxy. What is written here is
// the wiring between them, and how Envoy reads its resource (envoy.go).
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "cilium-engine:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	if err := configure(); err != nil {
		return err
	}
	requests := json.NewDecoder(bufio.NewReader(in))
	answers := bufio.NewWriter(out)
	encoder := json.NewEncoder(answers)
	encoder.SetEscapeHTML(false)
	for {
		var asked request
		if err := requests.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(answerTo(&asked)); err != nil {
			return err
		}
		// Whoever asks waits for the answer before asking again.
		if err := answers.Flush(); err != nil {
			return err
		}
	}
}

func answerTo(asked *request) any {
	if asked.Patterns != nil {
		return matchPatterns(asked.Patterns)
	}
	answer, err := judge(asked)
	if err != nil {
		return failure{Error: err.Error()}
	}
	return answer
}
