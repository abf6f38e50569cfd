import { describe, expect, test } from "vitest";
import { silent } from "../../local/install";
import { chooseCluster } from "./choice";
import { kubectl } from "./kubectl";
import { readTarget } from "./target";

/** With the KUBECONFIG of the cluster that these tests have, which is somebody's as well as any. */
describe("a cluster that is there", () => {
  const KUBECONFIG = process.env.KUBECONFIG;

  test.each([undefined, "", "somebody-elses"])("is not touched unless its context is named: %j", async (named) => {
    const context = (await kubectl(["config", "current-context"])).trim();
    await expect(chooseCluster({ KUBECONFIG, SECURE_FLOWER_TEST_CONTEXT: named }, silent)).rejects.toThrow(
      `KUBECONFIG's context is "${context}". The tests make and remove namespaces there: set SECURE_FLOWER_TEST_CONTEXT=${context} to allow it`,
    );
  });

  test("is tested by its Traefik's address, with the images that were named, and stays afterwards", async () => {
    const context = (await kubectl(["config", "current-context"])).trim();
    const named = {
      SECURE_FLOWER_TEST_CONTEXT: context,
      NGINX_IMAGE: "mirror.example/nginx:1",
      SOURCE_RANGES: "192.0.2.7/32",
    };
    const { target, enter, release } = await chooseCluster({ KUBECONFIG, ...named }, silent);
    await release();
    expect(target.title).toBe(`the context "${context}" of KUBECONFIG`);
    expect(target.address).toBe(readTarget().address);
    expect(target.images.nginx).toBe("mirror.example/nginx:1");
    expect(target.ranges).toEqual({ viewer: ["192.0.2.7/32"], admin: ["192.0.2.7/32"] });
    expect(enter).toEqual([]);
    await kubectl(["get", "nodes"]);
  });
});
