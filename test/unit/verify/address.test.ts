import { describe, expect, test } from "vitest";
import { addressesOf, dial, hostOf, portOf } from "../../../verify/network/address";

const LOOPBACK = [{ address: "127.0.0.1", family: 4 }];

describe("where to connect", () => {
  test.each(["localhost", "flower.localhost", "a.b.LOCALHOST"])("%s is loopback, without asking DNS", async (host) => {
    expect(await addressesOf(host, undefined)).toEqual(LOOPBACK);
  });

  test("a name that only ends like localhost is not", async () => {
    await expect(addressesOf("notlocalhost.invalid", undefined)).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  });

  test("an address that was given is dialled in place of the name, which stays the name", async () => {
    expect(await addressesOf("queues.example.com", "127.0.0.1")).toEqual(LOOPBACK);
    expect(dial("queues.example.com", "127.0.0.1").host).toBe("queues.example.com");
  });

  test("an address that was given replaces a literal one, for which Node looks nothing up", () => {
    expect(dial("192.0.2.1", "127.0.0.1").host).toBe("127.0.0.1");
  });

  test("URLs give their host without brackets and their port even where it is implied", () => {
    expect(hostOf(new URL("https://[::1]/flower/"))).toBe("::1");
    expect(["https://a/", "http://a/", "https://a:8443/"].map((url) => portOf(new URL(url)))).toEqual([443, 80, 8443]);
  });
});
