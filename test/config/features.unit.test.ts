// What clients do with what is announced to them, as client-flows 19.1 has it from their sources.

import { describe, expect, it } from "vitest";
import { clientConfig } from "../../workers/config/client.ts";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import { clientLicense, FEATURES } from "../../workers/features.ts";

const PROFILES = ["single", "cluster", "edge"] as const;
const facts = {
  loggedIn: true,
  noAccounts: false,
  diagnosticId: "d",
  asymmetricPublicKey: "k",
  installationDate: "1",
  schemaVersion: "159",
};

describe.each(PROFILES)("the client licence of a %s node", (profile) => {
  const license = clientLicense(profile);
  const config = clientConfig(defaultConfig(), facts);

  it("is text throughout", () => {
    for (const value of Object.values(license)) expect(typeof value).toBe("string");
  });

  it("announces what is in the table for it, and nothing else", () => {
    const on = Object.entries(license).flatMap(([key, value]) => (value === "true" ? [key] : []));
    const announced = FEATURES.filter(({ profiles }) => profiles.includes(profile));
    const keys = announced.flatMap((feature) => feature.license ?? []);
    expect(on.sort()).toEqual(["IsLicensed", ...keys].sort());
    for (const { name, config: wanted } of announced)
      for (const key of wanted) expect([name, key, key in config]).toEqual([name, key, true]);
  });

  it("shows the High Availability page on a cluster, and there alone", () => {
    const page = license.IsLicensed === "true" && license.Cluster === "true";
    expect(page).toBe(profile === "cluster");
  });

  it("makes no client warn of its end, of a trial, or of too many users", () => {
    const now = Date.now();
    const year = 365 * 86_400_000;
    expect(Number(license.ExpiresAt)).toBeGreaterThan(now + 50 * year);
    for (const key of ["StartsAt", "IssuedAt"]) {
      expect(Number(license[key])).toBeGreaterThan(0);
      expect(Number(license[key])).toBeLessThan(now);
    }
    expect(Number(license.Users)).toBeGreaterThan(100_000_000);
    expect(license).toMatchObject({ IsTrial: "false", Cloud: "false", IsGovSku: "false" });
  });

  it("names no edition, so that nothing is shown that belongs to one", () => {
    expect([license.SkuShortName, license.SkuName]).toEqual(["", ""]);
  });

  it("shows no guests, sign-in services, schemes, groups or enforced second factor, which are not there", () => {
    const absent =
      "GuestAccounts LDAP LDAPGroups SAML GoogleOAuth Office365OAuth OpenId CustomPermissionsSchemes MFA Compliance";
    for (const key of absent.split(" ")) expect([key, license[key]]).toEqual([key, "false"]);
    for (const key of ["EnableGuestAccounts", "EnableCustomGroups", "EnforceMultifactorAuthentication"])
      expect([key, config[key]]).toEqual([key, "false"]);
    for (const key of ["PostAcknowledgements", "EnableBurnOnRead"])
      expect(config[key] ?? "false").toBe("false");
  });

  it("says that it is no licence of Mattermost's", () => {
    expect(license.Name).toContain("not a Mattermost licence");
  });
});
