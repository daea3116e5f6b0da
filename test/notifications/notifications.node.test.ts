import { beforeAll, describe, expect, it } from "vitest";
import { makeWorld, type Person } from "../harness/people.ts";

let ada: Person;
beforeAll(async () => {
  [ada] = (await makeWorld({ users: 1 })).users as [Person];
});

describe("notifications", () => {
  it("can be tried: the system bot writes to the user", async () => {
    const socket = await ada.ws();
    expect((await ada.client.sendTestNotificaiton()) as unknown).toEqual({ status: "OK" });
    const { data, parsed } = await socket.next("posted");
    expect(parsed.post).toMatchObject({ props: { from_bot: "true" } });
    expect(data.channel_type).toBe("D");
    const bot = await ada.client.getUser(parsed.post.user_id);
    expect(bot).toMatchObject({ username: "system-bot", is_bot: true });
    await ada.client.sendTestNotificaiton();
    expect((await socket.next("posted")).parsed.post.channel_id).toBe(parsed.post.channel_id);
  });

  it("are acknowledged", async () => {
    const body = { id: "x", platform: "apple", type: "message", received_at: 1 };
    expect((await ada.request("POST", "notifications/ack", body)).body).toEqual({ status: "OK" });
    expect((await ada.request("POST", "notifications/ack", { id: 1 })).status).toBe(400);
  });
});
