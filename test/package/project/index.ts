// What a user writes; compiled strictly against the packed package.
import * as pulumi from "@pulumi/pulumi";
import { FlowerDashboard, type FlowerDashboardArgs } from "secure-flower";
import { judge, objectsOf, policies, type Judgement } from "secure-flower/policy";
import { judgeResources, recordResources, valueOf } from "secure-flower/testing";
import { verify, type Report } from "secure-flower/verify";

const args: FlowerDashboardArgs = {
  host: "flower.example.com",
  broker: { url: pulumi.secret("redis://:correct-horse-battery@redis:6379/0") },
  auth: { basic: { viewers: ["ana"] } },
  tls: { selfSigned: true },
  ingress: { controller: "traefik" },
};

// @ts-expect-error -- a misspelled argument must not compile
export const misspelled: FlowerDashboardArgs = { ...args, allowedSourceRange: ["10.0.0.0/8"] };

export async function main(): Promise<string | undefined> {
  const { result, find } = await recordResources(() => new FlowerDashboard("queues", args));
  const service = find("kubernetes:core/v1:Service", "queues");
  const url: pulumi.Output<string> = result.url;
  return `${service.name} ${await valueOf(url)}`;
}

export async function violations(): Promise<readonly string[]> {
  return judgeResources((await recordResources(() => new FlowerDashboard("queues", args))).resources).violations;
}
export const judgement: Judgement = judge(objectsOf({}, { origin: { name: "nothing" } }));
export const ours: string[] = policies().map(({ name }) => name);
export const check: (report: Report) => boolean = ({ results }) => results.length > 0;
export const verifier: typeof verify = verify;
