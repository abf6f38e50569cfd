import { describe, expect, test } from "vitest";
import { nginxProblem } from "../../../local/install/nginx";
import { installCommand } from "../../../local/install/packages";
import { progressOn } from "../../../local/install/progress";
import { lackingPackages, REQUIREMENTS } from "../../../local/install/programs";

describe("what is lacking", () => {
  test("is nothing where every program is there", () => {
    expect(lackingPackages(() => true)).toEqual([]);
  });

  test("is each package once, however many of its programs are missing", () => {
    expect(lackingPackages(() => false)).toEqual([...new Set(REQUIREMENTS.map((requirement) => requirement.package))]);
  });

  test("is the package of the one program that is missing", () => {
    expect(lackingPackages((program) => program !== "bwrap")).toEqual(["bubblewrap"]);
  });

  test("is told as the command that a person would type", () => {
    expect(installCommand(["nginx", "redis-server"])).toBe(
      "sudo apt-get update && sudo apt-get install --no-install-recommends nginx redis-server",
    );
  });
});

describe("an nginx", () => {
  const modules = "--with-http_ssl_module --with-http_v2_module --with-http_gzip_static_module";

  test.each([
    ["nginx version: nginx/1.22.1", undefined],
    ["nginx version: nginx/1.30.0 (Ubuntu)", undefined],
    ["nginx version: nginx/2.0.0", undefined],
    [
      "nginx version: nginx/1.18.0 (Ubuntu)",
      "nginx 1.18.0 is too old: the demo needs 1.22 or newer (Debian 12, Ubuntu 24.04)",
    ],
    ["something else", "nginx unknown is too old: the demo needs 1.22 or newer (Debian 12, Ubuntu 24.04)"],
  ])("that says %j is judged: %s", (version, problem) => {
    expect(nginxProblem(`${version}\nconfigure arguments: ${modules}`)).toBe(problem);
  });

  test("without a module that the pod needs is refused by its name", () => {
    const few = modules.replace("--with-http_gzip_static_module", "");
    expect(nginxProblem(`nginx/1.22.1 ${few}`)).toBe("nginx 1.22.1 was built without http_gzip_static");
  });
});

describe("progress", () => {
  const written = async (work: () => Promise<unknown>, isTTY: boolean): Promise<string> => {
    let text = "";
    const output = { isTTY, write: (piece: string) => (text += piece) };
    await progressOn(output)
      .step("Doing it", work)
      .catch(() => undefined);
    return text.replace(/\d+\.\d/g, "N");
  };

  test("is a line for each step", async () => {
    expect(await written(() => Promise.resolve(), false)).toBe("  … Doing it ✓ N s\n");
    expect(await written(() => Promise.resolve(), true)).toBe("\r  … Doing it (N s)\r  ✓ Doing it (N s)\n");
  });

  test("says which step failed", async () => {
    expect(await written(() => Promise.reject(new Error("no")), false)).toBe("  … Doing it ✗ N s\n");
  });
});
