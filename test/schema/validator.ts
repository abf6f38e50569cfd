import { spawnSync } from "child_process";
import { join } from "path";
import { silent } from "../../local/install";
import { pythonEnvironment } from "../../local/install/python";
import { type KubernetesObject, toYamlStream } from "../../local/render";

/** What strict validation says of one object. */
export interface Finding {
  object: string;
  /** The Kubernetes version, or the file, by which it was judged; null if there is no schema. */
  schema: string | null;
  problems: string[];
}

/** Validates objects as they are printed: the YAML text goes to `kubernetes-validate`, the PyPI package, in its own environment. */
export type Validator = (objects: readonly KubernetesObject[]) => Finding[];

/** Folders of custom resources' schemas. */
const SCHEMAS = ["traefik", "prometheus-operator", "gateway-api"];

/** Makes the environment, or finds the one from an earlier run. */
export async function createValidator(): Promise<Validator> {
  const environment = await pythonEnvironment(join(__dirname, "requirements.txt"), silent);
  const argv = ["-I", join(__dirname, "validate.py"), ...SCHEMAS.map((name) => join(__dirname, name))];
  return (objects) => {
    const { status, stdout, stderr } = spawnSync(join(environment.path, "bin/python"), argv, {
      input: toYamlStream(objects),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`the validator failed: ${stderr}`);
    return JSON.parse(stdout) as Finding[];
  };
}
