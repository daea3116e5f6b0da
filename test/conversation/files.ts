import type { FileInfo } from "@mattermost/types/files";
import { expect, it } from "vitest";
import { failureOf } from "../harness/client.ts";
import { makeUser } from "../harness/people.ts";
import { makePng } from "../images/make.ts";
import type { Steps } from "./scene.ts";

export const files: Steps = (scene) => {
  let picture: FileInfo;
  let text: FileInfo;

  it("uploads", async () => {
    const { ada, channel } = scene;
    const form = new FormData();
    form.append("channel_id", channel.id);
    form.append("client_ids", "first");
    form.append("client_ids", "second");
    form.append(
      "files",
      new File([makePng(400, 300, () => [200, 30, 30, 255])], "engine.png", { type: "image/png" }),
    );
    form.append("files", new File(["notes on the engine"], "notes.txt", { type: "text/plain" }));
    const uploaded = await ada.client.uploadFile(form);
    expect(uploaded.client_ids).toEqual(["first", "second"]);
    [picture, text] = uploaded.file_infos as [FileInfo, FileInfo];
    expect(picture).toMatchObject({
      name: "engine.png",
      extension: "png",
      mime_type: "image/png",
      width: 400,
      height: 300,
      has_preview_image: true,
    });
    expect(text).toMatchObject({ name: "notes.txt", size: 19 });
  });

  it("posts them, and others see them", async () => {
    const { ada, bob, channel } = scene;
    const post = await ada.client.createPost({
      channel_id: channel.id,
      message: "see",
      file_ids: [picture.id, text.id],
    });
    const event = await bob.ear.next("posted", ({ data }) => JSON.parse(data.post).id === post.id);
    expect(event.data).toMatchObject({ image: "true", otherFile: "true" });
    expect(JSON.parse(event.data.post).metadata.files).toHaveLength(2);
    expect((await bob.client.getFileInfosForPost(post.id)).map((file) => file.id)).toEqual([
      picture.id,
      text.id,
    ]);
  });

  it("serves content, ranges, thumbnail and preview", async () => {
    const { bob } = scene;
    const whole = await bob.request("GET", `files/${text.id}`);
    expect(whole.text).toBe("notes on the engine");
    expect(whole.headers.get("content-disposition")).toMatch(/^attachment/);
    const part = await bob.request("GET", `files/${text.id}`, undefined, { range: "bytes=0-4" });
    expect([part.status, part.text, part.headers.get("content-range")]).toEqual([
      206,
      "notes",
      "bytes 0-4/19",
    ]);
    const thumbnail = await bob.request("GET", `files/${picture.id}/thumbnail`);
    expect([thumbnail.status, thumbnail.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect((await bob.request("GET", `files/${picture.id}/preview`)).status).toBe(200);
    expect((await bob.request("GET", `files/${picture.id}/info`)).body).toMatchObject({
      id: picture.id,
      name: "engine.png",
    });
    expect((await bob.request("GET", `files/${text.id}/thumbnail`)).status).toBe(400);
  });

  it("keeps them from others", async () => {
    const stranger = await makeUser({ node: scene.node });
    expect((await stranger.request("GET", `files/${text.id}`)).status).toBe(403);
    expect((await failureOf(stranger.client.getPosts(scene.channel.id))).status_code).toBe(403);
  });
};
