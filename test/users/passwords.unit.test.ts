import { pbkdf2Sync } from "node:crypto";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../workers/passwords/passwords.ts";
import { derive } from "../../workers/passwords/pbkdf2.ts";
import { parsePhc } from "../../workers/passwords/phc.ts";
import { totpCode } from "../../workers/passwords/totp.ts";

/** As another server would write it, with other parameters. */
function phc(password: string, rounds: number, length: number): string {
  const salt = Buffer.from("0123456789abcdef");
  const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  const hash = pbkdf2Sync(password, salt, rounds, length, "sha256");
  return `$pbkdf2$f=SHA256,w=${rounds},l=${length}$${base64(salt)}$${base64(hash)}`;
}

describe("password hashes (schema-notes 2)", () => {
  it("are written in the form of Mattermost 11", async () => {
    const hash = await hashPassword("Secret-pass-1");
    expect(hash).toMatch(/^\$pbkdf2\$f=SHA256,w=600000,l=32\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hashPassword("Secret-pass-1")).not.toBe(hash);
    expect(await verifyPassword("Secret-pass-1", hash)).toEqual({ matches: true, stale: false });
    expect(await verifyPassword("Secret-pass-2", hash)).toEqual({ matches: false, stale: false });
  });

  it("of other parameters are verified with their own, and are to be replaced", async () => {
    expect(await verifyPassword("pass", phc("pass", 1_000, 32))).toEqual({ matches: true, stale: true });
    expect(await verifyPassword("pass", phc("pass", 600_000, 20))).toEqual({ matches: true, stale: true });
    expect(await verifyPassword("Pass", phc("pass", 1_000, 32))).toEqual({ matches: false, stale: false });
  });

  it("of bcrypt are verified, and are to be replaced", async () => {
    // Test vectors of OpenBSD's and jBCrypt's own suites.
    const vectors = {
      a: "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
      abcdefghijklmnopqrstuvwxyz: "$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq",
    };
    for (const [password, hash] of Object.entries(vectors)) {
      expect(await verifyPassword(password, hash)).toEqual({ matches: true, stale: true });
      expect(await verifyPassword(`${password}x`, hash)).toEqual({ matches: false, stale: false });
    }
  });

  it.each([
    ["an empty password", "", "$pbkdf2$f=SHA256,w=1,l=1$AA$AA"],
    ["an empty hash", "pass", ""],
    ["a password beyond 72 bytes", "ä".repeat(37), phc("ä".repeat(37), 10, 32)],
    ["parameters in another order", "pass", phc("pass", 10, 32).replace("w=10,l=32", "l=32,w=10")],
    ["a fourth parameter", "pass", phc("pass", 10, 32).replace("l=32", "l=32,x=1")],
    ["another function", "pass", phc("pass", 10, 32).replace("SHA256", "SHA512")],
    ["no hash at all", "pass", "x"],
    ["far too many rounds", "pass", "$pbkdf2$f=SHA256,w=4000000000,l=32$AAAA$AAAA"],
  ])("never match %s", async (_, password, hash) => {
    expect(await verifyPassword(password, hash)).toEqual({ matches: false, stale: false });
  });

  it("parse to what they say", () => {
    expect(parsePhc(phc("pass", 10, 32))).toMatchObject({ rounds: 10, length: 32 });
    expect(parsePhc("$2a$10$x")).toBeUndefined();
  });

  it("come out the same where the runtime allows no more rounds", async () => {
    const salt = new Uint8Array(16).fill(7);
    const slow = await pbkdf2Async(sha256, "pässword", salt, { c: 2_000, dkLen: 32 });
    expect(Buffer.from(await derive("pässword", salt, 2_000, 32)).equals(slow)).toBe(true);
  });
});

describe("codes of the second factor", () => {
  it("are those of RFC 6238", async () => {
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    expect(await totpCode(secret, Math.floor(59 / 30))).toBe("287082");
    expect(await totpCode(secret, Math.floor(1111111109 / 30))).toBe("081804");
    expect(await totpCode(secret, Math.floor(20000000000 / 30))).toBe("353130");
  });
});
