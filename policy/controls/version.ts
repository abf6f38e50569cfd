import { MINIMUM_FLOWER_VERSION } from "../../components/build/images";
import { hasOwnLauncher } from "../flower/launcher";
import { isFlowerImage } from "../flower/recognise";
import { containersOf } from "../objects/pods";
import { each, podRule } from "../rule";

/** Advisory: a tag is no proof of what is in an image, and an image of one's own has no tag of Flower's. */
export const version = podRule({
  id: "version",
  control: "version",
  title: "The image's tag says a Flower that has the controls",
  remediation:
    "Use Flower 2.2.0 or newer: before it any site can act for who is logged in (CVE-2022-51020), before 2.1 the read-only setting is ignored, before 1.2 OAuth can be bypassed (CVE-2022-30034)",
  level: "advisory",
  scope: "stack",
  parameters: {
    minimum: { type: "string", description: "The oldest version that is accepted.", default: MINIMUM_FLOWER_VERSION },
  },
  *judgePod(pod, { inventory, parameters }) {
    yield* each(pod.containers, function* (container) {
      // Our own script asks the installed Flower, which no tag can gainsay.
      if (hasOwnLauncher({ inventory, pod, container })) return;
      const image = container.at("image").text ?? "";
      const minimum = String(parameters.minimum);
      const tag = tagOf(image);
      const stated = isFlowerImage(image) ? versionOf(tag) : undefined;
      if (stated === undefined)
        yield { message: "the image does not say which Flower is in it", at: container.at("image") };
      else if (isOlder(stated, versionOf(minimum) ?? [])) {
        yield { message: `the image's tag says Flower ${tag}, older than ${minimum}`, at: container.at("image") };
      }
    });
  },
});

/** The digest is the one name of an image that cannot be given to another. */
export const versionDigest = podRule({
  id: "version-digest",
  control: "version",
  title: "Images are pinned by digest",
  remediation: "Name each image by digest: registry.example.com/flower:2.2.0@sha256:…",
  level: "advisory",
  scope: "object",
  *judgePod({ spec }) {
    yield* each(containersOf(spec), function* (container) {
      const image = container.at("image");
      if (!/@sha256:[0-9a-f]{64}$/.test(image.text ?? ""))
        yield { message: "the image is not pinned by digest", at: image };
    });
  },
});

/** The tag of an image; "" if it has none. A colon before a slash is that of a port. */
function tagOf(image: string): string {
  const [name = ""] = image.split("@");
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last.includes(":") ? last.slice(last.indexOf(":") + 1) : "";
}

function versionOf(tag: string): readonly number[] | undefined {
  const numbers = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(tag);
  return numbers === null ? undefined : [numbers[1], numbers[2], numbers[3] ?? 0].map(Number);
}

function isOlder(left: readonly number[], right: readonly number[]): boolean {
  const index = left.findIndex((number, at) => number !== right[at]);
  return index >= 0 && (left[index] ?? 0) < (right[index] ?? 0);
}
