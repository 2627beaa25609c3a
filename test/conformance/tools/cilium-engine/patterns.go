package main

import (
	"strings"

	"github.com/cilium/cilium/pkg/fqdn/dns"
	"github.com/cilium/cilium/pkg/policy/api"
)

// patternAnswer has one letter for each name of a question: y or n. Refused is the error of a pattern that Cilium does
// not take.
type patternAnswer struct {
	Matches string `json:"matches"`
	Refused string `json:"refused,omitempty"`
}

// matchPatterns matches names as the DNS proxy does: in lower case and with the final dot.
func matchPatterns(questions []patternQuestion) []patternAnswer {
	answers := make([]patternAnswer, 0, len(questions))
	for _, question := range questions {
		selector := api.FQDNSelector{MatchName: question.Name, MatchPattern: question.Pattern}
		expression, err := selector.ToRegex()
		if err != nil {
			answers = append(answers, patternAnswer{Refused: err.Error()})
			continue
		}
		var matches []byte
		for _, name := range question.Names {
			matches = append(matches, letter(expression.MatchString(strings.ToLower(dns.FQDN(name)))))
		}
		answers = append(answers, patternAnswer{Matches: string(matches)})
	}
	return answers
}
