// Every built route, whoever adds it: who may not use it is refused, and no input makes it fail.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { routes } from "../../workers/api/routes.ts";
import type { Route } from "../../workers/http/route.ts";
import { request } from "../harness/client.ts";
import { description } from "../harness/contract/api-description.ts";
import { ERRORS_WITH_500 } from "../harness/contract/exceptions.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { BAD_QUERY_VALUES, BAD_SEGMENTS, BROKEN_BODIES, brokenVariants, COMMON_QUERY } from "./hostile.ts";
import { OPEN, servesAnyone, servesAnySession } from "./open-routes.ts";
import { bodyOf, parametersOf, pathOf } from "./samples.ts";
import { type Stage, setStage, stateOf } from "./stage.ts";

let node: OwnNode;
let stage: Stage;
beforeAll(async () => {
  node = await ownNode();
});
afterAll(() => node?.stop());
beforeEach(async () => {
  stage = await setStage(node);
});

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const call = (route: Route, token: string, path: string, body?: unknown) =>
  request(node, token, route.method, path, body);
const takesBody = (route: Route) =>
  !["GET", "HEAD", "DELETE"].includes(route.method) || route.body !== undefined;
/** Of a private channel, its posts and files, a closed team, or somebody's own things. */
const SCOPED = /\{(channel_id|team_id|post_id|file_id|thread_id|category_id)\}/;

/** Some refusals are of many requests: what was sent tells them apart. */
function refuse(
  what: string,
  answer: { status: number; text: string; body: any },
  allowed: (status: number) => boolean = () => true,
): void {
  const failed = answer.status >= 500 && answer.status !== 501 && !(answer.body?.id in ERRORS_WITH_500);
  if (failed || !allowed(answer.status))
    throw new Error(`${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
}

const cases = routes.map((route) => [nameOf(route), route] as const);

describe.each(cases)("%s", (name, route) => {
  // What marks the node busy would have it refuse others' cases.
  if (name === "POST /api/v4/server_busy")
    afterAll(() => request(node, node.admin.token, "DELETE", "server_busy"));

  it("needs a session", async () => {
    const path = pathOf(route, stage);
    for (const token of ["", "z".repeat(26), "no\ttoken"]) {
      const answer = await call(route, token, path, bodyOf(route, stage));
      if (route.auth === "session") expect(answer.status).toBe(401);
      else refuse(`without a session`, answer);
    }
    expect(servesAnyone(route), "endpoints.tsv says").toBe(route.auth === "optional");
  });

  const { body } = route;
  if (body)
    it("has a sample of its body", () => {
      const outcome = body.safeParse(bodyOf(route, stage));
      expect(outcome.error?.issues ?? [], "add one to test/contract/bodies.ts").toEqual([]);
    });

  it.each(["outsider", "teammate"] as const)("tells and grants an %s nothing", async (who) => {
    const before = await stateOf(stage);
    const answer = await call(route, stage[who].token, pathOf(route, stage), bodyOf(route, stage));
    refuse(`as ${who}`, answer);
    const { channel, team } = stage.canaries;
    for (const canary of who === "teammate" ? channel : [...channel, ...team]) {
      if (answer.text.includes(canary) && !OPEN[name])
        throw new Error(`${who} is told ${JSON.stringify(canary)}: ${answer.text.slice(0, 500)}`);
    }
    const refused = answer.status >= 400;
    if (who === "outsider" && SCOPED.test(route.path) && !servesAnySession(route))
      expect(refused, answer.text).toBe(true);
    const after = await stateOf(stage);
    expect(JSON.parse(after)).toEqual(JSON.parse(before));
  });

  if (takesBody(route))
    it("survives broken bodies", async () => {
      const path = pathOf(route, stage);
      for (const [what, text] of Object.entries(BROKEN_BODIES)) {
        const answer = await call(route, stage.owner.token, path, text);
        refuse(what, answer);
        if (route.body && what === "no JSON") expect(answer.status).toBe(400);
        if (answer.status === 401) stage = await setStage(node);
      }
      const body = bodyOf(route, stage);
      for (const [what, text] of body === undefined ? [] : brokenVariants(body)) {
        const answer = await call(route, stage.owner.token, pathOf(route, stage), text);
        refuse(`${what} (${text.slice(0, 200)})`, answer);
        // The route may have ended the session, or archived what it works on.
        if (answer.status < 300) stage = await setStage(node);
      }
    });

  if (takesBody(route) && !route.upload)
    it("refuses a body that is too large", async () => {
      const answer = await call(
        route,
        stage.owner.token,
        pathOf(route, stage),
        JSON.stringify({ a: "x".repeat(301_000) }),
      );
      expect(answer.status).toBe(413);
    });

  if (parametersOf(route).length > 0)
    it("survives bad ids", async () => {
      for (const parameter of parametersOf(route)) {
        for (const segment of BAD_SEGMENTS) {
          const path = pathOf(route, stage, { [parameter]: encode(segment) });
          const answer = await call(route, stage.owner.token, path, bodyOf(route, stage));
          const isId = /_id$/.test(parameter) && parameter !== "invite_id";
          refuse(
            `${parameter} = ${JSON.stringify(segment.slice(0, 30))}`,
            answer,
            (status) => !isId || status >= 400,
          );
        }
      }
    });

  if (route.method === "GET")
    it("survives bad queries", async () => {
      const described = description.operations.find(
        ({ method, path }) => method === route.method && path === route.path,
      );
      const own = (described?.parameters ?? [])
        .filter((parameter) => parameter.in === "query")
        .map((parameter) => parameter.name);
      for (const value of BAD_QUERY_VALUES) {
        const query = [...new Set([...COMMON_QUERY, ...own])]
          .map((key) => `${key}=${encode(value)}`)
          .join("&");
        refuse(
          `all = ${JSON.stringify(value)}`,
          await call(route, stage.owner.token, `${pathOf(route, stage)}?${query}`),
        );
        for (const key of own) {
          refuse(
            `${key} = ${JSON.stringify(value)}`,
            await call(route, stage.owner.token, `${pathOf(route, stage)}?${key}=${encode(value)}`),
          );
        }
      }
      refuse("no query at all", await call(route, stage.owner.token, `${pathOf(route, stage)}?%&=&%00=%zz`));
    });
});

function encode(text: string): string {
  return text === "%" ? "%" : encodeURIComponent(text);
}
