// The desktop app (client-flows 21): what it asks of an address before it takes it for a server, at its start, and then of the
// web client that it shows.

import { beforeAll, expect, it } from "vitest";
import { sharedNode } from "../../harness/node.ts";
import { makeWorld, type World } from "../../harness/people.ts";
import { WebTab } from "../support/web-client.ts";

const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Electron/39.0.0 Safari/537.36 Mattermost/6.4.0";
const node = sharedNode();

let world: World;
beforeAll(async () => {
  world = await makeWorld({ users: 1 });
});

/** The app's own request: no cookies, no X-Requested-With. It takes nothing but 200 and JSON. */
async function ask(path: string): Promise<{ headers: Headers; data: any }> {
  const answer = await fetch(`${node.url}/api/v4/${path}`, { headers: { "User-Agent": AGENT } });
  expect([path, answer.status, answer.headers.get("x-reject-reason")]).toEqual([path, 200, null]);
  expect(answer.headers.has("www-authenticate")).toBe(false);
  return { headers: answer.headers, data: await answer.json() };
}

it("takes the address for a server's, by its ping and its configuration", async () => {
  const ping = await ask("system/ping");
  expect(ping.data).toEqual({
    status: "OK",
    ActiveSearchBackend: "database",
    AndroidLatestVersion: expect.any(String),
    AndroidMinVersion: expect.any(String),
    IosLatestVersion: expect.any(String),
    IosMinVersion: expect.any(String),
  });
  const { data } = await ask("config/client?format=old");
  // Text: a valid version, not below 9.4; its own address, or none.
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(data.Version)!;
  expect(Number(major) * 1_000 + Number(minor)).toBeGreaterThanOrEqual(9_004);
  expect(data.SiteURL === "" || URL.canParse(data.SiteURL)).toBe(true);
  expect(data.SiteName).toMatch(/./);
  // Else it would ask for session attributes.
  expect(data.FeatureFlagSessionAttributes ?? "false").toBe("false");
});

it("checks the server's health where it is told to", async () => {
  const { headers, data } = await ask("system/ping?get_server_status=true");
  expect(data).toMatchObject({ status: "OK", database_status: "OK", filestore_status: "OK" });
  for (const name of ["status", "database_status", "filestore_status"])
    expect([name, headers.get(name)]).toEqual([name, "OK"]);
});

it("starts, and shows the web client, which logs in by three cookies, and out", async () => {
  const [config, plugins, license] = await Promise.all([
    ask("config/client?format=old"),
    ask("plugins/webapp"),
    ask("license/client?format=old"),
  ]);
  expect(plugins.data).toEqual([]);
  expect([license.data.SkuShortName, config.data.Version]).toEqual(["", expect.any(String)]);
  // Without a client of its own to show, the server still has a page there; the app's version is one that it takes.
  const page = await fetch(node.url, { headers: { "User-Agent": AGENT } });
  expect([page.status, page.headers.get("content-type")]).toEqual([
    200,
    expect.stringMatching(/^text\/html/),
  ]);
  const tab = new WebTab(node);
  tab.client.setUserAgent(AGENT);
  const [ada] = world.users;
  await tab.login(ada!);
  expect([...tab.cookies.keys()].sort()).toEqual(["MMAUTHTOKEN", "MMCSRF", "MMUSERID"]);
  await tab.connect();
  const sessions = await tab.client.getSessions(ada!.id);
  const shown = sessions.map(({ props }) => `${props.browser} ${props.os}`);
  expect(shown).toContainEqual(expect.stringMatching(/^Desktop App\/6\.4\.0 Linux/));
  const logout = await tab.client.logout();
  expect(logout.ok).toBe(true);
  expect(tab.cookies.has("MMAUTHTOKEN")).toBe(false);
});
