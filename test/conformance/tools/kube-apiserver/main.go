// Command kube-apiserver is the real API server, put together from its published modules.
//
// k8s.io/kubernetes requires its staging modules as v0.0.0 and replaces them by folders of its repository, which a
// module that depends on it does not see: go.mod replaces each by its published version.
package main

import (
	"os"
	_ "time/tzdata" // CronJobs name time zones, and not every machine knows them

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	os.Exit(cli.Run(app.NewAPIServerCommand()))
}
