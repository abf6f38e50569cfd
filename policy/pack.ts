import { PolicyPack } from "@pulumi/policy";
import { policies } from "./index";

/** `pulumi preview --policy-pack node_modules/secure-flower/dist/policy` starts here, by PulumiPolicy.yaml and package.json. */
new PolicyPack("secure-flower", { policies: policies() });
