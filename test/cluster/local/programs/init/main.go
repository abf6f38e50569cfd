// init is the first process of a process namespace: the cluster's own, and, as the `pause` container, that of every pod. It adopts
// orphans, collects the dead, and ends when it is told to; with it the kernel ends everything else in the namespace.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM, syscall.SIGINT)
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	for {
		select {
		case <-ends:
			return
		case <-children:
			collect()
		}
	}
}

// collect waits for all that have ended: one signal can stand for several deaths.
func collect() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if pid <= 0 {
			return
		}
	}
}
