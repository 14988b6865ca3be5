// Kubernetes' API server and its etcd in one process, for tests.
package main

import (
	"log"
	"net/url"
	"os"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// Arguments: etcd's folder and port, then those of kube-apiserver.
func main() {
	address := url.URL{Scheme: "http", Host: "127.0.0.1:" + os.Args[2]}
	config := embed.NewConfig()
	config.Dir = os.Args[1]
	config.LogLevel = "error"
	config.ListenClientUrls = []url.URL{address}
	config.AdvertiseClientUrls = config.ListenClientUrls
	config.ListenPeerUrls = nil
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		log.Fatal(err)
	}
	<-etcd.Server.ReadyNotify()
	server := app.NewAPIServerCommand()
	server.SetArgs(append(os.Args[3:], "--etcd-servers="+address.String()))
	os.Exit(cli.Run(server))
}
