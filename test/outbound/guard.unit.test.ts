import { describe, expect, test } from "vitest";
import { outboundNetworks } from "../../nginx-compat/launcher/workerd/outbound.ts";
import { allowedInternal, guardUrl, parseUrl } from "../../workers/ports/outbound/guard.ts";

const guard = (url: string, allowed = "") => guardUrl(parseUrl(url), allowedInternal(allowed));

describe("what may be requested", () => {
  test.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://0/",
    "http://10.1.2.3/",
    "http://172.16.0.1:8080/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://192.0.2.7/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://any.localhost:8065/",
    "http://metadata.google.internal/",
    "http://[fe80::1%25eth0]/",
    "http://user:secret@example.com/",
    "http://user@example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//example.com/",
    "",
  ])("not %s", (url) => {
    expect(() => guard(url)).toThrow(expect.objectContaining({ reason: "blocked" }));
  });

  test.each([
    "https://example.com/",
    "http://example.com:8080/a?b#c",
    "http://8.8.8.8/",
    "http://[2606:4700::1111]/",
    "http://localhost.example.com/",
  ])("but %s", (url) => {
    expect(guard(url)).toBe("public");
  });

  test.each([
    ["http://127.0.0.1:1/", "127.0.0.1"],
    ["http://2130706433/", "127.0.0.1"],
    ["http://[::ffff:127.0.0.1]/", "127.0.0.0/8"],
    ["http://10.200.3.4/", "example.com 10.0.0.0/8"],
    ["http://[fd00::5]/", "fd00::/8,10.0.0.0/8"],
    ["http://localhost/", "LocalHost"],
    ["http://hooks.internal:9000/", "hooks.internal"],
    ["http://[::1]/", "::1"],
  ])("%s where %s is allowed", (url, allowed) => {
    expect(guard(url, allowed)).toBe("allowed");
  });

  test("what is allowed allows nothing beside it", () => {
    for (const url of ["http://127.0.0.1/", "http://10.0.1.1/", "http://x.hooks.internal/", "http://[::1]/"])
      expect(() => guard(url, "127.0.0.2 10.0.0.0/24 hooks.internal 0.0.0.0/33"), url).toThrow();
  });
});

test("the network service reaches public addresses and the allowed ranges, not the machine's own", () => {
  const { OUTBOUND_PUBLIC } = outboundNetworks("intra.example.com, 10.0.0.0/8 fd00::1");
  expect(OUTBOUND_PUBLIC!.allow).toEqual(["public", "10.0.0.0/8", "fd00:0:0:0:0:0:0:1/128"]);
  expect(OUTBOUND_PUBLIC!.deny).toContain("127.0.0.1/32");
  expect(outboundNetworks("127.0.0.0/8").OUTBOUND_PUBLIC!.deny).not.toContain("127.0.0.1/32");
});
