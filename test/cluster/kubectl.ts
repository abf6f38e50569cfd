import { spawn } from "node:child_process";
import type { KubernetesObject } from "../../local/render";

/** What kubectl wrote, and how it ended. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl against the cluster of KUBECONFIG; the caller judges how it ended. */
export function tryKubectl(words: readonly string[], input = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn("kubectl", words, { stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** The same; an error with what it wrote if it fails. */
export async function kubectl(words: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await tryKubectl(words, input);
  if (code !== 0) throw new Error(`kubectl ${words.join(" ")} failed:\n${stderr}`);
  return stdout;
}

/** Applies objects as GitOps would, by server-side apply, and returns the warnings of the API server. */
export async function apply(objects: readonly object[]): Promise<string[]> {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  const words = ["apply", "--server-side", "--force-conflicts", "--filename", "-"];
  const { code, stderr } = await tryKubectl(words, JSON.stringify(list));
  if (code !== 0) throw new Error(`kubectl ${words.join(" ")} failed:\n${stderr}`);
  return stderr.split("\n").filter((line) => line.startsWith("Warning"));
}

/** Objects of a kind in a namespace. */
export async function list(namespace: string, kind: string): Promise<KubernetesObject[]> {
  const text = await kubectl([`--namespace=${namespace}`, "get", kind, "--output=json"]);
  return (JSON.parse(text) as { items: KubernetesObject[] }).items;
}
