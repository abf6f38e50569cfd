import * as pulumi from "@pulumi/pulumi";

pulumi.output("a").apply(() => {
  throw new Error("the check in an apply failed");
});
