import { expect, test } from "vitest";
import { recipesFor } from "../../../local/demo/recipes";

const find = recipesFor({ path: "/cache/venv", interpreterFolders: ["/root/python"] });

test.each([
  ["docker.io/nginxinc/nginx-unprivileged:1.30-alpine", 101],
  ["registry.example:5000/team/nginx@sha256:abc", 101],
  ["docker.io/mher/flower:2.2.0", 1000],
  ["registry.example:5000/my-flower", 1000],
])("%s has a stand-in that runs as %s", (image, uid) => {
  expect(find(image)?.uid).toBe(uid);
});

test.each(["busybox", "nginx.example/redis", "flower/other:flower"])("%s has none", (image) => {
  expect(find(image)).toBeUndefined();
});

test("Flower's stand-in sees the interpreter where it is and the packages out of the way of the pod's mounts", () => {
  const targets = find("flower")!.binds.map(({ source, target }) => [source, target]);
  expect(targets).toContainEqual(["/root/python", "/root/python"]);
  expect(targets).toContainEqual(["/cache/venv", "/opt/flower"]);
});
