import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

function label(key: string): pulumi.ResourceTransform {
  return ({ type, props, opts }) => {
    if (!type.startsWith("kubernetes:")) {
      return undefined;
    }
    const metadata = props.metadata as { labels?: Record<string, string> } | undefined;
    const labels = { ...metadata?.labels, [key]: String(Object.keys(metadata?.labels ?? {}).length) };
    return { props: { ...props, metadata: { ...metadata, labels } }, opts };
  };
}

pulumi.runtime.registerResourceTransform(label("stack"));
const outer = new pulumi.ComponentResource("example:index:Outer", "outer", {}, { transforms: [label("outer")] });
const inner = new pulumi.ComponentResource("example:index:Inner", "inner", {}, { parent: outer });
new k8s.core.v1.ConfigMap("settings", { data: { a: "1" } }, { parent: inner, transforms: [label("own")] });
new k8s.core.v1.ConfigMap(
  "plain",
  { data: { a: "1" } },
  { transformations: [({ props, opts }) => ({ props: { ...props, data: { a: "2" } }, opts })] },
);
