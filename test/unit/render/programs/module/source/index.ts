import { readFileSync } from "node:fs";
import * as k8s from "@pulumi/kubernetes";

// Relative to the folder of the program, as with Pulumi.
const text = await Promise.resolve(readFileSync("message.txt", "utf8").trim());

export default () => new k8s.core.v1.ConfigMap("settings", { data: { text } });
