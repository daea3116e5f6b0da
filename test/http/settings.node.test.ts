import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeUser } from "../harness/people.ts";

const FRIEND = "https://friend.example.com";
let node: OwnNode;
beforeAll(async () => {
  node = await ownNode({
    env: {
      MM_SERVICESETTINGS_EXPERIMENTALENABLEHARDENEDMODE: "true",
      MM_SERVICESETTINGS_ENABLEOAUTHSERVICEPROVIDER: "false",
      MM_SERVICESETTINGS_ALLOWCORSFROM: `${FRIEND} https://other.example.com`,
      MM_SERVICESETTINGS_CORSALLOWCREDENTIALS: "true",
      MM_SERVICESETTINGS_CORSEXPOSEDHEADERS: "Token X-Request-Id",
      MM_SERVICESETTINGS_ENABLEDEVELOPER: "true",
      MM_SERVICESETTINGS_TLSSTRICTTRANSPORT: "true",
      MM_SERVICESETTINGS_TLSSTRICTTRANSPORTMAXAGE: "600",
    },
  });
});
afterAll(() => node?.stop());

/** Not by `fetch`, whose answers the harness holds against the server's usual manners. */
const ask = (path: string, more: Record<string, string> = {}, method = "GET") =>
  new Promise<{ status: number; text: string; body: any; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const headers = { authorization: `Bearer ${node.admin.token}`, ...more };
      const asked = request(`${node.url}/api/v4/${path}`, { method, headers }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => {
          const body = text.startsWith("{") ? JSON.parse(text) : undefined;
          resolve({ status: answer.statusCode!, text, body, headers: answer.headers });
        });
      });
      asked.on("error", reject).end();
    },
  );

it("hardened mode tells nothing of errors of 500 and more (http-conventions 3)", async () => {
  const { status, body } = await ask("oauth/apps");
  expect([status, body]).toEqual([
    500,
    {
      id: "",
      message: "Internal Server Error",
      detailed_error: "",
      request_id: expect.any(String),
      status_code: 500,
    },
  ]);
  expect((await ask("users/nobody")).body.id).toBe("api.context.invalid_url_param.app_error");
});

it("an address that is none is named (http-conventions 3)", async () => {
  const { status, body } = await ask("nothing?a=b");
  expect([status, body.id, body.detailed_error]).toEqual([
    404,
    "api.context.404.app_error",
    "/api/v4/nothing",
  ]);
});

it("TLSStrictTransport binds browsers to TLS (http-conventions 1.1)", async () => {
  for (const path of ["system/ping", "nothing"])
    expect((await ask(path)).headers["strict-transport-security"], path).toBe("max-age=600");
});

it("AllowCorsFrom lets pages of other origins ask (http-conventions 7.4)", async () => {
  const asks = { "access-control-request-method": "PUT", "access-control-request-headers": "authorization" };
  const allowed = await ask("users/me/patch", { origin: FRIEND, ...asks }, "OPTIONS");
  expect([allowed.status, allowed.text]).toEqual([204, ""]);
  expect(allowed.headers).toMatchObject({
    "access-control-allow-origin": FRIEND,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "PUT",
    "access-control-allow-headers": "authorization",
    "access-control-max-age": "86400",
  });
  for (const path of ["users/me", "nothing"]) {
    const { headers } = await ask(path, { origin: FRIEND });
    expect(headers, path).toMatchObject({
      "access-control-allow-origin": FRIEND,
      "access-control-expose-headers": "Token, X-Request-Id",
      "content-type": "application/json",
    });
    expect(headers.vary).toContain("Origin");
  }
  const stranger = { origin: "https://friend.example.com.evil.example" };
  expect((await ask("users/me", { ...stranger, ...asks }, "OPTIONS")).status).toBe(404);
  for (const headers of [stranger, {}])
    expect((await ask("users/me", headers)).headers).not.toHaveProperty("access-control-allow-origin");
});

it("developers are told which permission is missing (http-conventions 3.1)", async () => {
  const somebody = await makeUser({ node });
  const { status, body } = await ask("audits", { authorization: `Bearer ${somebody.token}` });
  expect([status, body.detailed_error]).toEqual([403, "read_audits"]);
});

it("an answer to another origin is compressed as any (http-conventions 1.1)", async () => {
  const { headers } = await fetch(`${node.url}/api/v4/config/client`, {
    headers: { origin: FRIEND, "accept-encoding": "gzip" },
  });
  expect(headers.get("content-encoding")).toBe("gzip");
  expect(headers.get("vary")).toBe("Accept-Encoding, Origin");
});
