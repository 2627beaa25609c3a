// Command kubectl is the real kubectl, put together from its published modules.
//
// The conformance suite needs only the commands that work without a cluster (kustomize, annotate --local,
// version --client), so the plugins that log in to a cluster are left out.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	// Building the command tree already logs, so the level must be set before the flags are parsed.
	_, _ = logs.GlogSetter(cmd.GetLogVerbosity(os.Args))

	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
