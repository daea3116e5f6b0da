import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, makeUser, makeWorld, type Person } from "../harness/people.ts";
import { makePng } from "../images/make.ts";

const file = (bytes: Uint8Array) => new File([bytes as never], "face.png", { type: "image/png" }) as never;

describe("profile pictures (semantics 14.17)", () => {
  let ada: Person;
  let bob: Person;

  beforeAll(async () => {
    [ada, bob] = (await makeWorld({ users: 2 })).users as [Person, Person];
  });

  /** Width and height in a PNG's header. */
  async function pictureOf(user: Person, path = "image", headers: Record<string, string> = {}) {
    const response = await fetch(`${sharedNode().url}/api/v4/users/${user.id}/${path}`, {
      headers: { authorization: `Bearer ${bob.token}`, ...headers },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      response,
      bytes,
      size: bytes.length > 24 ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [],
    };
  }

  it("are generated for those who have none", async () => {
    const { response, size, bytes } = await pictureOf(ada);
    expect({ status: response.status, type: response.headers.get("content-type"), size }).toEqual({
      status: 200,
      type: "image/png",
      size: [128, 128],
    });
    expect(response.headers.get("etag")).toBe("0");
    expect(response.headers.get("cache-control")).toBe("max-age=86400, private");
    expect((await pictureOf(ada, "image", { "if-none-match": "0" })).response.status).toBe(304);
    expect((await pictureOf(ada, "image/default")).bytes.equals(bytes)).toBe(true);
    // Colours are few, so that two people may share one; the letter is that of the username.
    const xenia = await makeUser({ profile: { username: `x${newId()}` } });
    expect((await pictureOf(xenia)).bytes.equals(bytes)).toBe(false);
  });

  it("are cropped to 128 x 128, announced, and can be taken back", async () => {
    const socket = await bob.ws();
    await ada.client.uploadProfileImage(ada.id, file(makePng(300, 200, () => [200, 20, 20, 255])));
    const event = await socket.next("user_updated", ({ data }) => data.user.id === ada.id);
    expect(event.data.user.notify_props).toBeUndefined();
    const updated = (await bob.client.getUser(ada.id)).last_picture_update;
    expect(updated).toBe(event.data.user.last_picture_update);
    expect(updated).toBeGreaterThan(0);
    const { response, size } = await pictureOf(ada);
    expect({ size, etag: response.headers.get("etag") }).toEqual({ size: [128, 128], etag: String(updated) });
    await ada.client.setDefaultProfileImage(ada.id);
    expect((await ada.client.getMe()).last_picture_update).toBeLessThan(0);
    expect((await pictureOf(ada)).bytes.equals((await pictureOf(ada, "image/default")).bytes)).toBe(true);
  });

  it("are one's own to set", async () => {
    const image = file(makePng(10, 10, () => [0, 0, 0, 255]));
    expect((await failureOf(bob.client.uploadProfileImage(ada.id, image))).status_code).toBe(403);
    await adminOf(sharedNode()).client.uploadProfileImage(ada.id, image);
    expect((await pictureOf(ada)).size).toEqual([128, 128]);
  });

  it("must be images", async () => {
    expect(
      await failureOf(ada.client.uploadProfileImage(ada.id, file(new TextEncoder().encode("hello")))),
    ).toMatchObject({
      status_code: 400,
      server_error_id: "api.user.upload_profile_user.decode.app_error",
    });
    expect((await ada.request("POST", `users/${ada.id}/image`, new FormData())).status).toBe(400);
    expect((await ada.request("POST", `users/${ada.id}/image`, "nonsense")).status).toBe(400);
    expect((await ada.request("GET", `users/${newId()}/image`)).status).toBe(404);
  });
});

describe("custom status (semantics 15.7)", () => {
  const soon = () => new Date(Date.now() + 3_600_000).toISOString();

  it("is in the profile and among the recent ones", async () => {
    const user = await makeUser();
    const socket = await user.ws();
    await user.client.updateCustomStatus({
      emoji: "calendar",
      text: "In a meeting",
      duration: "one_hour",
      expires_at: soon(),
    } as never);
    const event = await socket.next("user_updated", ({ data }) => data.user.id === user.id);
    expect(JSON.parse(event.data.user.props.customStatus)).toMatchObject({
      emoji: "calendar",
      text: "In a meeting",
      duration: "one_hour",
    });
    await socket.next("preferences_changed");
    for (const text of ["a", "b", "c", "d", "e", "a"])
      await user.client.updateCustomStatus({ emoji: "smile", text, duration: "" } as never);
    const recent = async () =>
      JSON.parse(
        ((await user.client.getMyPreferences()) as never as { name: string; value: string }[]).find(
          ({ name }) => name === "recent_custom_statuses",
        )!.value,
      );
    expect((await recent()).map(({ text }: { text: string }) => text)).toEqual(["a", "e", "d", "c", "b"]);
    await user.client.removeRecentCustomStatus({
      emoji: "smile",
      text: "d",
      duration: "",
      expires_at: "",
    } as never);
    expect((await recent()).map(({ text }: { text: string }) => text)).toEqual(["a", "e", "c", "b"]);
    await user.client.unsetCustomStatus();
    expect((await user.client.getMe()).props.customStatus).toBe("");
  });

  it.each([
    [{ emoji: "", text: "" }],
    [{ emoji: "no_such_emoji_at_all", text: "x" }],
    [{ emoji: "smile", text: "x", duration: "forever" }],
    [{ emoji: "smile", text: "x", duration: "one_hour" }],
    [{ emoji: "smile", text: "x", duration: "one_hour", expires_at: "2001-01-01T00:00:00Z" }],
    [{ emoji: 5 }],
  ])("refuses %j", async (body) => {
    const user = await makeUser();
    expect((await user.request("PUT", "users/me/status/custom", body)).status).toBe(400);
  });

  it("is not for others to set", async () => {
    const [user, other] = await Promise.all([makeUser(), makeUser()]);
    expect(
      (await other.request("PUT", `users/${user.id}/status/custom`, { emoji: "smile", text: "x" })).status,
    ).toBe(403);
    expect((await other.request("DELETE", `users/${user.id}/status/custom`)).status).toBe(403);
  });
});
