import { describe, expect, test } from "vitest";
import { locate, UNKNOWN } from "../../../components/rules/paths";

const args = {
  host: "a",
  none: null,
  users: ["ana", "ben"],
  peers: [{ cidr: "x" }, {}],
  labels: { "example.com/team": "data" },
  later: UNKNOWN,
};

describe("a path pattern names", () => {
  test.each([
    ["", [{ path: "", value: args }]],
    ["host", [{ path: "host", value: "a" }]],
    ["absent", [{ path: "absent", value: undefined }]],
    ["absent.member", []],
    ["none.member", []],
    ["host.member", []],
    ["users[*]", [{ path: "users[0]", value: "ana" }, { path: "users[1]", value: "ben" }]], // prettier-ignore
    ["host[*]", []],
    ["peers[*].cidr", [{ path: "peers[0].cidr", value: "x" }, { path: "peers[1].cidr", value: undefined }]], // prettier-ignore
    ["labels{*}", [{ path: 'labels["example.com/team"]', value: "data" }]],
    ["host{*}", []],
    ["later.member[*]", [{ path: "later", value: UNKNOWN }]],
  ])("%j", (pattern, found) => {
    expect(locate(args, pattern)).toEqual(found);
  });
});
