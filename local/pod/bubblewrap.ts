import type { Bind } from "./images";

/** A top-level entry of this machine's root that programs of `/usr` need: a directory, or a link into `/usr`. */
export interface RootEntry {
  path: string;
  link: string | undefined;
}

/** How a process is put into its container. */
export interface ContainerLayout {
  hostname: string;
  root: readonly RootEntry[];
  binds: readonly Bind[];
  workingDirectory: string;
  readOnlyRoot: boolean;
  uid: number;
  gid: number;
  groups: readonly number[];
  argv: readonly string[];
}

/** `root`: users are really separated; `user`: everything runs as the one user who started the sandbox. */
export type Privilege = "root" | "user";

/**
 * The command line that starts a container. It never holds an environment variable or a file's content: those would be readable in
 * /proc/<pid>/cmdline by everybody on the machine.
 */
export function bubblewrapCommand(layout: ContainerLayout, privilege: Privilege): string[] {
  return [
    "/usr/bin/bwrap",
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", layout.hostname],
    // The program is process 1, as in a real container: it has no default signal handlers and must reap.
    ...["--as-pid-1", "--die-with-parent", "--new-session"],
    ...(privilege === "user"
      ? ["--unshare-user", "--uid", String(layout.uid), "--gid", String(layout.gid), "--cap-drop", "ALL"]
      : ["--cap-drop", "ALL", ...["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"].flatMap((cap) => ["--cap-add", cap])]),
    ...["--ro-bind", "/usr", "/usr"],
    ...layout.root.flatMap(rootEntryArguments),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--perms", "1777", "--tmpfs", "/dev/shm", "--perms", "1777", "--dir", "/tmp"],
    ...parentDirectories(layout.binds).flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...layout.binds.flatMap((bind) => [bind.readOnly ? "--ro-bind" : "--bind", bind.source, bind.target]),
    ...(layout.readOnlyRoot ? ["--remount-ro", "/"] : []),
    ...["--chdir", layout.workingDirectory, "--"],
    ...(privilege === "root" ? dropPrivileges(layout) : []),
    // Which bubblewrap sets, and no container runtime does.
    ...["/usr/bin/env", "--unset=PWD", "--"],
    ...layout.argv,
  ];
}

function rootEntryArguments(entry: RootEntry): string[] {
  return entry.link === undefined ? ["--ro-bind", entry.path, entry.path] : ["--symlink", entry.link, entry.path];
}

/** Named one by one: bubblewrap itself makes the parents of a bound *file* unreadable to other users. */
function parentDirectories(binds: readonly Bind[]): string[] {
  const parents = binds.flatMap(({ target }) => {
    const names = target.split("/").slice(1, -1);
    return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
  });
  return [...new Set(parents)].filter((path) => path !== "/tmp" && !path.startsWith("/usr"));
}

function dropPrivileges(layout: ContainerLayout): string[] {
  const groups = layout.groups.length === 0 ? ["--clear-groups"] : ["--groups", layout.groups.join(",")];
  return [
    "/usr/bin/setpriv",
    ...["--reuid", String(layout.uid), "--regid", String(layout.gid), ...groups],
    ...["--inh-caps", "-all", "--bounding-set", "-all", "--no-new-privs", "--"],
  ];
}
