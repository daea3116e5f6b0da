import { describe, expect, it } from "vitest";
import { withAncillary } from "../../workers/actions/roles/ancillary.ts";
import { pageOf } from "../../workers/actions/system/config-sections.ts";
import { isOfDomain } from "../../workers/actions/teams/check.ts";
import { parseTeamRoles } from "../../workers/actions/teams/members.ts";

describe("pure rules of teams and roles", () => {
  it("domains are separated by commas, spaces and @ (semantics 13.3)", () => {
    expect(isOfDomain("a@b.com", "")).toBe(true);
    expect(isOfDomain("A@B.com", "@b.com")).toBe(true);
    expect(isOfDomain("a@c.org", "b.com, @c.org d.net")).toBe(true);
    expect(isOfDomain("a@evilb.com", "b.com")).toBe(false);
    expect(isOfDomain("a@sub.b.com", "b.com")).toBe(false);
    expect(isOfDomain("a@b.com.evil.org", "b.com")).toBe(false);
  });

  it("role names are flags or explicit", () => {
    expect(parseTeamRoles("team_user  team_admin custom custom")).toEqual({
      flags: { user: true, admin: true, guest: false },
      explicit: ["custom"],
    });
  });

  it("pages bring what they need", () => {
    expect(withAncillary(["sysconsole_read_reporting_team_statistics", "x"])).toEqual([
      "sysconsole_read_reporting_team_statistics",
      "x",
      "view_team",
      "get_analytics",
    ]);
  });

  it("the page of a setting is that of its longest match", () => {
    expect(pageOf(["FileSettings", "EnablePublicLink"])).toBe("site_public_links");
    expect(pageOf(["FileSettings", "Directory"])).toBe("environment_file_storage");
    expect(pageOf(["ServiceSettings", "EnableAPIUserDeletion"])).toBeUndefined();
  });
});
