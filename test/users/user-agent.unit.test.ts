import { describe, expect, it } from "vitest";
import { deviceOf } from "../../workers/actions/sessions/user-agent.ts";

describe("devices of sessions (http-conventions 2.4)", () => {
  it.each([
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
      { platform: "Windows", os: "Windows 10", browser: "Chrome/126.0.0.0", mobile: false },
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
      { platform: "Macintosh", os: "Mac OS", browser: "Safari/17.5", mobile: false },
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
      { platform: "Linux", os: "Linux", browser: "Firefox/127.0", mobile: false },
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.56",
      { platform: "Windows", os: "Windows 10", browser: "Edge/126.0.2592.56", mobile: false },
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
      { platform: "iPhone", os: "iOS", browser: "Safari/17.5", mobile: true },
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Mattermost/5.8.0 Chrome/124.0.0.0 Electron/30.0.0 Safari/537.36",
      { platform: "Macintosh", os: "Mac OS", browser: "Desktop App/5.8.0", mobile: false },
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Electron/39.0.0 Safari/537.36 Mattermost/6.4.0-develop.1",
      { platform: "Linux", os: "Linux", browser: "Desktop App/6.4.0", mobile: false },
    ],
    [
      "Mattermost Mobile/2.43.0+500 (iOS; 17.5; iPhone 15)",
      { platform: "iPhone", os: "iOS", browser: "Mobile App/2.43.0", mobile: true },
    ],
    [
      "Mattermost Mobile/2.43.0+500 (Android; 14; Pixel 8)",
      { platform: "Linux", os: "Android", browser: "Mobile App/2.43.0", mobile: true },
    ],
    ["mmctl/11.6.0 (linux)", { platform: "", os: "", browser: "mmctl/11.6.0", mobile: false }],
    ["curl/8.5.0", { platform: "", os: "", browser: "curl/8.5.0", mobile: false }],
    ["", { platform: "", os: "", browser: "Unknown/0.0", mobile: false }],
  ])("%s", (agent, device) => {
    expect(deviceOf(agent)).toEqual(device);
  });

  it("take no time on long nonsense", () => {
    const started = performance.now();
    deviceOf("Mattermost/1".repeat(100_000));
    // Milliseconds where it is linear, on a machine that does something else meanwhile, too; minutes where it is not.
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
