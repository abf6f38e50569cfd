import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MINIMUM_FLOWER_VERSION } from "../../components/build/images";

const read = (name: string): string => readFileSync(join(__dirname, "..", "..", "image", name), "utf8");

/** Requirements without comments, one a line. */
function requirements(name: string): string[] {
  const joined = read(name).replaceAll("\\\n", " ");
  return joined.split("\n").filter((line) => /^[a-z]/.test(line));
}

// The file as a whole is tested by every test that runs Flower: their virtual environment is made from it.
describe("the image's requirements", () => {
  test("name the Flower that the pod demands, and nothing without an exact version and a hash", () => {
    const pinned = requirements("requirements.txt");
    expect(pinned.length).toBeGreaterThan(15);
    for (const line of pinned)
      expect(line).toMatch(/^[a-z0-9-]+==[0-9.post]+ ( ; [^\\]+)?.*--hash=sha256:[0-9a-f]{64}/);
    expect(pinned.some((line) => line.startsWith(`flower==${MINIMUM_FLOWER_VERSION} `))).toBe(true);
    expect(read("requirements.txt")).not.toMatch(/https?:|--index|--find-links/);
  });

  test("hold what requirements.in asks for", () => {
    const pinned = requirements("requirements.txt");
    for (const wanted of requirements("requirements.in")) {
      const plain = wanted.replace(/\[.*\]/, "");
      expect(
        pinned.some((line) => line.startsWith(`${plain} `)),
        plain,
      ).toBe(true);
    }
    expect(requirements("requirements.in").some((line) => line.startsWith("celery[redis]=="))).toBe(true);
  });

  test("are installed with their hashes, for a user who is not root", () => {
    const dockerfile = read("Dockerfile");
    expect(dockerfile).toContain("--require-hashes");
    expect(dockerfile).toMatch(/^FROM [a-z./]+\/python:\d+\.\d+[0-9.]*-slim/m);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  });
});
