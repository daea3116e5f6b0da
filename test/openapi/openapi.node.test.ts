import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { refusedRoutes } from "../../workers/api/refused/refused.ts";
import { routes } from "../../workers/api/routes.ts";
import { describe } from "../../workers/api/v4/openapi/describe.ts";
import { sharedNode } from "../harness/node.ts";

const get = async () => {
  const answer = await fetch(`${sharedNode().url}/api/v4/openapi.json`);
  return { answer, document: (await answer.json()) as any };
};
const operationsOf = (document: any) =>
  Object.entries<any>(document.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      ...operation,
    })),
  );

it("is valid OpenAPI, for anybody, and compressed", async () => {
  const { answer, document } = await get();
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json");
  const { valid, errors } = await new Validator().validate(document);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

it("has every route that is served, none twice, and no other", async () => {
  const { document } = await get();
  const described = operationsOf(document).map(({ method, path }) => `${method} ${path}`);
  const served = routes.map(({ method, path }) => `${method} ${path}`);
  expect(described.sort()).toEqual(served.sort());
  const refused = refusedRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(refused.filter((name) => described.includes(name) && !served.includes(name))).toEqual([]);
});

it("says of each what it takes, what it answers and who may ask", async () => {
  const { document } = await get();
  const operations = operationsOf(document);
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  const of = (id: string) => operations.find(({ operationId }) => operationId === id);
  const post = of("CreatePost");
  expect(post.requestBody.content["application/json"].schema.properties).toHaveProperty("channel_id");
  expect(Object.keys(post.responses).sort()).toEqual(["201", "default"]);
  expect(post.security).toEqual([{ bearer: [] }, { cookie: [] }]);
  expect(of("GetClientConfig").security[0]).toEqual({});
  expect(of("GetChannel").parameters).toMatchObject([{ name: "channel_id", in: "path", required: true }]);
  expect(of("GetChannelMembers").summary).toBe("Get channel members");
  for (const route of routes.filter(({ body }) => body))
    expect(document.paths[route.path][route.method.toLowerCase()].requestBody, route.path).toBeDefined();
});

it("says below which path the server is", () => {
  expect(describe(routes, "/team/chat")).toMatchObject({ servers: [{ url: "/team/chat" }] });
});
