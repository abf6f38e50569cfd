// netpol enforces NetworkPolicy on one node, by kube-router's controller (iptables and ipset) and nothing else of kube-router.
package main

import (
	"flag"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

func main() {
	klog.InitFlags(nil)
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	node := flag.String("node", "", "name of this node")
	services := flag.String("service-cidr", "", "addresses of Services")
	flag.Parse()

	stop := make(chan struct{})
	var running sync.WaitGroup
	running.Add(1)
	go newController(connect(*kubeconfig), configuration(*node, *services), stop).Run(discardHeartbeats(), stop, &running)
	klog.Info("NetworkPolicy is enforced")

	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM, syscall.SIGINT)
	<-ends
	close(stop)
	running.Wait()
}

func connect(kubeconfig string) kubernetes.Interface {
	return kubernetes.NewForConfigOrDie(must(clientcmd.BuildConfigFromFlags("", kubeconfig)))
}

func configuration(node, services string) *options.KubeRouterConfig {
	configuration := options.NewKubeRouterConfig()
	configuration.HostnameOverride = node
	configuration.ClusterIPCIDRs = []string{services}
	configuration.EnableIPv4, configuration.EnableIPv6 = true, false
	configuration.NodePortRange = "30000-32767"
	// Changes are acted on as they come; this is for what was missed.
	configuration.IPTablesSyncPeriod = 15 * time.Second
	return configuration
}

func newController(client kubernetes.Interface, configuration *options.KubeRouterConfig, stop chan struct{}) *netpol.NetworkPolicyController {
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	factory.Start(stop)
	factory.WaitForCacheSync(stop)
	tables, sets, err := netpol.NewIPTablesHandlers(configuration)
	if err != nil {
		klog.Fatal(err)
	}
	controller := must(netpol.NewNetworkPolicyController(client, configuration, pods, policies, namespaces, &sync.Mutex{}, tables, sets))
	for informer, handler := range map[cache.SharedIndexInformer]cache.ResourceEventHandler{
		pods:       controller.PodEventHandler,
		namespaces: controller.NamespaceEventHandler,
		policies:   controller.NetworkPolicyEventHandler,
	} {
		must(informer.AddEventHandler(handler))
	}
	return controller
}

// discardHeartbeats takes what kube-router's health check would: unread, the channel would block the controller.
func discardHeartbeats() chan *healthcheck.ControllerHeartbeat {
	heartbeats := make(chan *healthcheck.ControllerHeartbeat, 10)
	go func() {
		for range heartbeats {
		}
	}()
	return heartbeats
}

func must[T any](value T, err error) T {
	if err != nil {
		klog.Fatal(err)
	}
	return value
}
