// Settings that an administrator tries out before saving them, and empty lists of what there is none of.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MASK } from "../../workers/config/mask.ts";
import { newId } from "../../workers/model/id.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, makeUser, type Person } from "../harness/people.ts";
import { type S3Server, startS3 } from "../ports/s3-server.ts";

const node = sharedNode();
const admin = adminOf(node);
let user: Person;
beforeAll(async () => {
  user = await makeUser();
});

describe("a site's address", () => {
  const other = createServer((request, answer) =>
    answer.writeHead(request.url === "/moved/api/v4/system/ping" ? 301 : 404).end(),
  );
  beforeAll(() => new Promise<void>((done) => other.listen(0, "127.0.0.1", done)));
  afterAll(() => other.close());

  it("is right where a server answers there", async () => {
    for (const site_url of [node.url, `${node.url}/`])
      expect((await admin.request("POST", "site_url/test", { site_url })).body).toEqual({ status: "OK" });
    expect((await user.request("POST", "site_url/test", { site_url: node.url })).status).toBe(403);
  });

  it("is wrong elsewhere", async () => {
    const { port } = other.address() as AddressInfo;
    const urls = [
      `http://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}/moved`,
      "http://127.0.0.1:1",
      "no url",
      "file:///etc/passwd",
      "ftp://x/",
    ];
    for (const site_url of urls) {
      const { status, body } = await admin.request("POST", "site_url/test", { site_url });
      expect([site_url, status, body.id]).toEqual([site_url, 400, "app.admin.test_site_url.failure"]);
    }
    for (const body of [{}, { site_url: "" }, { site_url: 5 }])
      expect((await admin.request("POST", "site_url/test", body)).body.id).toBe(
        "api.context.invalid_body_param.app_error",
      );
  });
});

describe("a bucket", () => {
  let s3: S3Server;
  const keys = { accessKeyId: "key", secretAccessKey: "secret", region: "us-east-1" };
  beforeAll(async () => {
    s3 = await startS3({ buckets: ["files"], ...keys });
  });
  afterAll(() => s3.stop());

  const settings = (more: object = {}) => ({
    FileSettings: {
      DriverName: "amazons3",
      AmazonS3Endpoint: `127.0.0.1:${s3.port}`,
      AmazonS3SSL: false,
      AmazonS3Region: keys.region,
      AmazonS3Bucket: "files",
      AmazonS3AccessKeyId: keys.accessKeyId,
      AmazonS3SecretAccessKey: keys.secretAccessKey,
      ...more,
    },
  });
  const idOf = async (body: unknown) => {
    const answer = await admin.request("POST", "file/s3_test", body);
    return answer.status === 200 ? "OK" : answer.body.id;
  };

  it("is reached with the right settings, and only then", async () => {
    expect(await idOf(settings())).toBe("OK");
    expect(await idOf(settings({ AmazonS3Bucket: "" }))).toBe("api.admin.test_s3.missing_s3_bucket");
    for (const wrong of [
      { AmazonS3Bucket: "other" },
      { AmazonS3SecretAccessKey: "wrong" },
      { AmazonS3Endpoint: "127.0.0.1:1" },
    ])
      expect([wrong, await idOf(settings(wrong))]).toEqual([wrong, "api.file.test_connection.app_error"]);
    expect((await user.request("POST", "file/s3_test", settings())).status).toBe(403);
  });

  it("is not shown a secret that is for another one", async () => {
    s3.requests.length = 0;
    expect(await idOf(settings({ AmazonS3SecretAccessKey: MASK }))).toBe("api.admin.test_s3.reenter_secret");
    expect(s3.requests).toEqual([]);
  });
});

it("there are no groups, and no certificates of SAML", async () => {
  expect((await user.request("GET", "groups")).body).toEqual([]);
  expect((await user.request("POST", "groups/names", ["a", "b"])).body).toEqual([]);
  expect((await user.request("GET", "users/me/groups")).body).toEqual([]);
  expect((await user.request("GET", `users/${node.admin.id}/groups`)).status).toBe(403);
  expect((await user.request("GET", `groups/${newId()}`)).body.id).toBe("api.license_error");
  expect((await user.request("GET", "saml/certificate/status")).status).toBe(403);
  expect((await admin.request("GET", "saml/certificate/status")).body).toEqual({
    idp_certificate_file: false,
    private_key_file: false,
    public_certificate_file: false,
  });
});
