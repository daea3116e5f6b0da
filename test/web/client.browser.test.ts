// A browser loads the web client from the server: its scripts run under the server's policy, at the root and below a path.

import { afterAll, beforeAll, expect, it } from "vitest";
import { createAdmin } from "../harness/global-setup.ts";
import { ownPort } from "../harness/ports.ts";
import { type Edgemost, startEdgemost } from "../launcher/start.ts";
import { openChromium, type Page } from "./chromium.ts";
import { makeClient } from "./client-fixture.ts";

let page: Page;
let node: Edgemost | undefined;
const client = makeClient();
beforeAll(async () => {
  page = await openChromium();
});
afterAll(async () => {
  await page?.close();
  client.remove();
});

it.each(["", "/team/chat"])(
  "loads, logs in and connects below %j",
  async (path) => {
    const port = await ownPort();
    const site = `http://localhost:${port}${path}`;
    const before = page.errors.length;
    node = await startEdgemost({
      env: { CLIENT_DIR: client.dir, PORT: String(port), MM_SERVICESETTINGS_SITEURL: site },
    });
    try {
      const { username, password } = await createAdmin(node);
      const login = encodeURIComponent(`${username} ${password}`);
      const found = await page.open(`${site}/a-team/channels/town-square#${login}`, "window.found");
      expect(found).toEqual({
        base: path,
        path: `${path}/a-team/channels/town-square`,
        violations: [],
        chunk: true,
        siteName: "Edgemost",
        i18n: "application/json",
        login: 200,
        cookies: ["MMCSRF", "MMUSERID"],
        me: username,
        hello: "hello",
        // The font is none, but it was fetched.
        fonts: ["error"],
        style: `url("${site}/static/images/favicon.png")`,
      });
      // Once its boot is over: else it would ask on after the node has stopped.
      expect(await page.open(`${site}/login`, "window.found && window.remoteEntry")).toBe(true);
      const failures = page.errors.slice(before).filter((error) => !/font|favicon|OTS/i.test(error));
      expect(failures).toEqual([]);
    } finally {
      await node.stop();
    }
  },
  120_000,
);
