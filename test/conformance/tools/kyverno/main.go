// Command kyverno is the real CLI of Kyverno, put together from its published module.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno/commands"
	"github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno/experimental"
	"github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno/log"
)

func main() {
	if err := log.Configure(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	command := commands.RootCommand(experimental.IsEnabled())
	command.PersistentFlags().AddGoFlagSet(flag.CommandLine)
	// The command has said what is wrong already.
	if err := command.Execute(); err != nil {
		os.Exit(1)
	}
}
