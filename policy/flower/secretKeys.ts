import { part } from "../objects/kubernetesObject";
import type { Inventory } from "../inventory";

const EXTERNAL_SECRETS = /^external-secrets\.io$/;
const SEALED_SECRETS = /^bitnami\.com$/;

/** The keys of a Secret, where the objects tell them: from itself, or from the ExternalSecret or SealedSecret that makes it. */
export function secretKeys(inventory: Inventory, namespace: string, name: string): ReadonlySet<string> | undefined {
  const secret = inventory.find("Secret", namespace, name);
  if (secret !== undefined) {
    return new Set(["data", "stringData"].flatMap((key) => part(secret, key).members.map(([member]) => member)));
  }
  return externalKeys(inventory, namespace, name) ?? sealedKeys(inventory, namespace, name);
}

/** https://external-secrets.io/latest/api/externalsecret/ */
function externalKeys(inventory: Inventory, namespace: string, name: string): ReadonlySet<string> | undefined {
  const external = inventory.ofKind("ExternalSecret", EXTERNAL_SECRETS).find((object) => {
    const target = part(object, "spec", "target", "name").text ?? part(object, "metadata", "name").text;
    return target === name && (part(object, "metadata", "namespace").text ?? object.defaultNamespace) === namespace;
  });
  if (external === undefined || part(external, "spec", "dataFrom").items.length > 0) return undefined;
  const template = part(external, "spec", "target", "template", "data").members.map(([key]) => key);
  const data = part(external, "spec", "data").items.flatMap((item) => item.at("secretKey").text ?? []);
  return new Set(template.length > 0 ? template : data);
}

/** https://github.com/bitnami-labs/sealed-secrets */
function sealedKeys(inventory: Inventory, namespace: string, name: string): ReadonlySet<string> | undefined {
  const sealed = inventory.find("SealedSecret", namespace, name, SEALED_SECRETS);
  return sealed && new Set(part(sealed, "spec", "encryptedData").members.map(([key]) => key));
}
