import { describe, expect, test } from "vitest";
import { bubblewrapCommand, type ContainerLayout } from "../../../local/pod/bubblewrap";

const LAYOUT: ContainerLayout = {
  hostname: "queues-0",
  root: [
    { path: "/bin", link: "usr/bin" },
    { path: "/lib64", link: undefined },
  ],
  binds: [
    { source: "/s/mime.types", target: "/etc/nginx/mime.types", readOnly: true },
    { source: "/s/tmp", target: "/tmp", readOnly: false },
  ],
  workingDirectory: "/srv",
  readOnlyRoot: true,
  uid: 1000,
  gid: 1001,
  groups: [5, 6],
  argv: ["python3", "-I", "start.py"],
};

const line = (layout: Partial<ContainerLayout> = {}, privilege: "root" | "user" = "root"): string =>
  bubblewrapCommand({ ...LAYOUT, ...layout }, privilege).join(" ");

describe("the command that starts a container", () => {
  test("makes root drop to the container's user, with no capability and no way to a new one", () => {
    expect(line()).toMatch(
      / -- \/usr\/bin\/setpriv --reuid 1000 --regid 1001 --groups 5,6 --inh-caps -all --bounding-set -all --no-new-privs -- .*-- python3 -I start\.py$/,
    );
    expect(line({ groups: [] })).toContain("--clear-groups");
  });

  test("shows a normal user the container's ids by a user namespace, without any capability", () => {
    const command = line({}, "user");
    expect(command).toContain("--unshare-user --uid 1000 --gid 1001 --cap-drop ALL --ro-bind");
    expect(command).toMatch(/--chdir \/srv -- \/usr\/bin\/env --unset=PWD -- python3 -I start\.py$/);
  });

  test("closes the root only after everything is mounted", () => {
    const command = line();
    expect(command.indexOf("--remount-ro /")).toBeGreaterThan(command.indexOf("--bind /s/tmp /tmp"));
    expect(line({ readOnlyRoot: false })).not.toContain("--remount-ro");
  });

  test("makes the folders above a bound file readable for the container's user", () => {
    expect(line()).toContain("--perms 0755 --dir /etc --perms 0755 --dir /etc/nginx --ro-bind /s/mime.types");
  });

  test("lays the machine's root out as it is: links as links, folders as folders", () => {
    expect(line()).toContain("--symlink usr/bin /bin --ro-bind /lib64 /lib64");
  });

  test("runs the program as process 1 in namespaces of its own, and no longer than its parent", () => {
    for (const word of ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--as-pid-1", "--die-with-parent"]) {
      expect(line()).toContain(word);
    }
  });

  test("never sets an environment variable, since everybody can read a command line", () => {
    expect(line()).not.toContain("--setenv");
  });
});
