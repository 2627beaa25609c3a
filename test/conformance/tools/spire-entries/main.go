// Command spire-entries is as much of spire-server as registrations need, out of SPIRE's own packages: the commands
// `entry create`, `update`, `delete` and `show`, and a server with the entry API and the data store behind a socket.
//
// Usage: spire-entries serve DIRECTORY TRUST-DOMAIN [FEDERATED-TRUST-DOMAIN]...
//
//	spire-entries entry VERB [ARGUMENT]...
//
// The whole server does not build everywhere: some of its plugins need modules that not every module proxy has.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/mitchellh/cli"
	"github.com/sirupsen/logrus"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	commands "github.com/spiffe/spire/cmd/spire-server/cli/entry"
	"github.com/spiffe/spire/pkg/common/api/rpccontext"
	"github.com/spiffe/spire/pkg/server/api/entry/v1"
	"github.com/spiffe/spire/pkg/server/datastore/sqlstore"
	"github.com/spiffe/spire/proto/spire/common"
	"google.golang.org/grpc"
)

// verbs are the commands of spire-server, under the names that it gives them.
var verbs = map[string]func() cli.Command{
	"create": commands.NewCreateCommand,
	"update": commands.NewUpdateCommand,
	"delete": commands.NewDeleteCommand,
	"show":   commands.NewShowCommand,
}

func main() {
	if len(os.Args) > 3 && os.Args[1] == "serve" {
		if err := serve(os.Args[2], os.Args[3], os.Args[4:]); err != nil {
			fmt.Fprintln(os.Stderr, "spire-entries:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 2 && os.Args[1] == "entry" && verbs[os.Args[2]] != nil {
		os.Exit(verbs[os.Args[2]]().Run(os.Args[3:]))
	}
	fmt.Fprintln(os.Stderr, "usage: spire-entries serve DIRECTORY TRUST-DOMAIN [FEDERATED]... | entry VERB [ARGUMENT]...")
	os.Exit(2)
}

// serve answers on DIRECTORY/api.sock until standard input ends. It prints a line when it is ready.
func serve(directory, trustDomain string, federated []string) error {
	own, err := spiffeid.TrustDomainFromString(trustDomain)
	if err != nil {
		return err
	}
	log := logrus.New()
	log.SetLevel(logrus.ErrorLevel)
	store := sqlstore.New(log)
	defer store.Close()
	configuration := fmt.Sprintf("database_type = \"sqlite3\"\nconnection_string = %q", filepath.Join(directory, "datastore.sqlite3"))
	if err := store.Configure(context.Background(), configuration); err != nil {
		return err
	}
	for _, each := range federated {
		if _, err := store.CreateBundle(context.Background(), &common.Bundle{TrustDomainId: "spiffe://" + each}); err != nil {
			return err
		}
	}
	listener, err := net.Listen("unix", filepath.Join(directory, "api.sock"))
	if err != nil {
		return err
	}
	// The real server's middleware does more; the handlers only need a logger in the context.
	server := grpc.NewServer(grpc.UnaryInterceptor(
		func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			return handler(rpccontext.WithLogger(ctx, log), request)
		}))
	entry.RegisterService(server, entry.New(entry.Config{TrustDomain: own, DataStore: store}))
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		server.Stop()
	}()
	fmt.Println("ready")
	return server.Serve(listener)
}
