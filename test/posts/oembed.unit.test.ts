import { describe, expect, it } from "vitest";
import { fetchOembed, oembedAddress } from "../../workers/actions/posts/metadata/fetch/oembed.ts";

describe("YouTube's links (semantics 8.8)", () => {
  it.each([
    "https://www.youtube.com/watch?v=abc&t=3",
    "http://youtube.com/playlist?list=x",
    "https://m.youtube.com/shorts/abc",
    "https://youtu.be/abc",
  ])("%s is asked about", (link) => {
    const address = new URL(oembedAddress(link)!);
    expect(address.origin + address.pathname).toBe("https://www.youtube.com/oembed");
    expect(Object.fromEntries(address.searchParams)).toEqual({ format: "json", url: link });
  });

  it.each([
    "https://youtube.com/",
    "https://notyoutube.com/watch?v=a",
    "https://youtube.com.example.org/watch?v=a",
    "https://example.org/?u=https://youtu.be/abc",
    "ftp://youtu.be/abc",
    "youtu.be/abc",
  ])("%s is not", (link) => {
    expect(oembedAddress(link)).toBeUndefined();
  });

  const link = "https://youtu.be/abc";
  const answered = (status: number, body: unknown) => {
    const outbound = { fetch: async () => ({ status, text: () => JSON.stringify(body) }) };
    return fetchOembed({ outbound } as never, oembedAddress(link)!, link, 100);
  };

  it("are shown by the title and the picture", async () => {
    const thumbnail = {
      thumbnail_url: "https://i.ytimg.com/a.jpg",
      thumbnail_width: 480,
      thumbnail_height: 360,
    };
    expect(await answered(200, { title: "A video", ...thumbnail })).toEqual({
      type: "opengraph",
      data: {
        type: "opengraph",
        url: link,
        title: "A video",
        description: "",
        site_name: "",
        images: [
          { url: "https://i.ytimg.com/a.jpg", secure_url: "", type: "image", width: 480, height: 360 },
        ],
      },
    });
  });

  it("are plain links where there is no answer, or show what is in it", async () => {
    expect(await answered(401, {})).toBeUndefined();
    const odd = { title: 1, thumbnail_url: "javascript:1", thumbnail_width: -1 };
    expect(await answered(200, odd)).toMatchObject({ data: { title: "", images: [] } });
    expect(await answered(200, null)).toMatchObject({ data: { title: "" } });
  });
});
