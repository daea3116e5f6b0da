import { describe, expect, it } from "vitest";
import { postLetter } from "../../workers/actions/notifications/letter.ts";
import { pushEnabled } from "../../workers/actions/notifications/proxy.ts";
import { pushOf } from "../../workers/actions/notifications/push-text.ts";
import type { Draft } from "../../workers/actions/posts/create.ts";
import { defaultConfig } from "../../workers/config/defaults/index.ts";
import type { Post } from "../../workers/model/post.ts";

const channel = { id: "c", type: "O", display_name: "Plans", team_id: "t" };
const draftIn = (type: string, props: Record<string, unknown> = {}) =>
  ({ channel: { ...channel, type }, author: { id: "a", username: "ada" }, props }) as unknown as Draft;
const post = { id: "p", root_id: "", message: "the secret", props: {}, metadata: {} } as unknown as Post;

function configWith(contents: string) {
  const config = defaultConfig();
  config.EmailSettings.PushNotificationContents = contents;
  config.ServiceSettings.EnablePostUsernameOverride = true;
  return config;
}

describe("what a push says (semantics 23.6)", () => {
  it.each([
    ["full", "O", true, "@ada: the secret", "Plans"],
    ["full", "D", true, "the secret", "@ada"],
    ["generic", "O", true, "@ada mentioned you in Plans.", "Plans"],
    ["generic", "O", false, "@ada posted a message in Plans.", "Plans"],
    ["generic", "D", true, "@ada sent you a message.", "@ada"],
    ["generic_no_channel", "O", true, "@ada mentioned you.", undefined],
    ["generic_no_channel", "G", true, "@ada posted a message.", undefined],
    // Needs a licence: says as little as can be.
    ["id_loaded", "O", true, "@ada mentioned you.", undefined],
  ])("%s in %s, mentioned: %s", (contents, type, mentioned, message, name) => {
    const push = pushOf(configWith(contents), draftIn(type), post, mentioned);
    expect([push.message, push.channel_name]).toEqual([message, name]);
  });

  it("names a webhook as it names itself", () => {
    const props = { from_webhook: "true", override_username: "robot" };
    expect(pushOf(configWith("full"), draftIn("O", props), post, false)).toMatchObject({
      sender_name: "robot",
      override_username: "robot",
      from_webhook: "true",
      message: "robot: the secret",
    });
  });
});

describe("a generic mail", () => {
  it("tells neither words nor channel", () => {
    const config = defaultConfig();
    config.EmailSettings.EmailNotificationContentsType = "generic";
    config.EmailSettings.UseChannelInEmailNotifications = true;
    const all = JSON.stringify(postLetter(config, draftIn("O"), post));
    expect(all).not.toMatch(/secret|Plans/);
    config.EmailSettings.EmailNotificationContentsType = "full";
    expect(postLetter(config, draftIn("O"), post).subject).toContain("Plans");
  });
});

describe("the proxy", () => {
  it.each([
    ["", false],
    ["https://push.mattermost.com", false],
    ["https://hpns-us.mattermost.com/", false],
    ["https://push-test.mattermost.com", true],
    ["https://push.example.com", true],
  ])("%s: used %s", (server, used) => {
    const config = defaultConfig();
    Object.assign(config.EmailSettings, { SendPushNotifications: true, PushNotificationServer: server });
    expect(pushEnabled({ config })).toBe(used);
  });
});
