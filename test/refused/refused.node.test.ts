// What a server without a licence refuses: every operation of tier 3 that is not built.

import { beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../workers/api/operations.ts";
import { refusals, refusedRoutes } from "../../workers/api/refused/refused.ts";
import { routes } from "../../workers/api/routes.ts";
import { catalogue, type ErrorId } from "../../workers/errors/catalogue.ts";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { endpoints } from "../harness/contract/api-description.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, makeWorld, type World } from "../harness/people.ts";

const key = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
const nameOf = ({ method, path, operation }: (typeof operations)[number]) => operation || `${method}${path}`;
const built = new Set(routes.map(key));
const refusedKeys = new Set(refusedRoutes.map(key));

describe("the table of refusals", () => {
  it("has every operation of tier 3 that is not built, and nothing else", () => {
    const missing = operations.filter(
      (operation) => operation.tier === 3 && !built.has(key(operation)) && !refusedKeys.has(key(operation)),
    );
    expect(missing).toEqual([]);
    const names = new Set(operations.map(nameOf));
    expect([...refusals.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it("says what endpoints.tsv notes, where that names an error", () => {
    const notes = new Map(endpoints.map((endpoint) => [key(endpoint), endpoint]));
    const wrong = operations.flatMap((operation) => {
      const refusal = refusals.get(nameOf(operation));
      const note = notes.get(key(operation))?.note ?? "";
      if (!refusal || / or |\(.*\|.*\)|\*/.test(note.split(";")[0]!)) return [];
      const [status] = catalogue[refusal.error];
      const noted = /(?:^|[ :])(4\d\d|501) ((?:api|app|ent)\.[\w.-]+)/.exec(note);
      if (!noted || (noted[1] === String(status) && refusal.error === noted[2])) return [];
      return [`${key(operation)}: ${status} ${refusal.error}, noted: ${note}`];
    });
    expect(wrong).toEqual([]);
  });

  it("asks for the permissions that endpoints.tsv names", () => {
    const notes = new Map(endpoints.map((endpoint) => [key(endpoint), endpoint]));
    const open = refusedRoutes.filter((route) => route.auth === "optional").map(key);
    const unexpected = open.filter(
      (name) => !/^(none|-|remote cluster token|cloud API key)/.test(notes.get(name)!.permission),
    );
    expect(unexpected).toEqual([]);
  });
});

describe("each of them", () => {
  let world: World;
  const node = sharedNode();
  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
  });

  const pathOf = (path: string, userId: string) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const own: Record<string, string> = {
        team_id: world.team.id,
        channel_id: world.channel.id,
        user_id: userId,
      };
      return own[name] ?? newId();
    });
  const refused = refusedRoutes.filter((route) => !built.has(key(route)));

  it("is told to an administrator with its own error, and never as an unknown path", async () => {
    const admin = adminOf(node);
    const wrong: string[] = [];
    for (const route of refused) {
      const { status, body } = await admin.request(route.method, pathOf(route.path, admin.id));
      const { error } = refusals.get(nameOf(operations.find((each) => key(each) === key(route))!))!;
      if (status !== catalogue[error as ErrorId][0] || body.id !== error)
        wrong.push(`${key(route)}: ${status} ${body.id}`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it("is told to nobody without a session, and to no user without the permission", async () => {
    const [, bob] = world.users;
    const wrong: string[] = [];
    for (const route of refused) {
      const path = pathOf(route.path, node.admin.id);
      const anonymous = await request(node, "", route.method, path);
      if ((anonymous.status === 401) !== (route.auth === "session"))
        wrong.push(`${key(route)}: ${anonymous.status}`);
      const { permission } = endpoints.find((each) => key(each) === key(route))!;
      const { error } = refusals.get(nameOf(operations.find((each) => key(each) === key(route))!))!;
      const first = /^api\.license_error$/.test(error) && !route.path.includes("members_minus");
      if (
        first ||
        !/^(manage_|sysconsole_|add_|remove_|test_|purge_|read_compliance|create_|download_)/.test(permission)
      )
        continue;
      const answer = await bob!.request(route.method, path);
      if (answer.status !== 403 || answer.body.id !== "api.context.permissions.app_error")
        wrong.push(`${key(route)} to a user: ${answer.status} ${answer.body?.id}`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it("leaves no operation of Mattermost unknown", async () => {
    const admin = adminOf(node);
    const unknown: string[] = [];
    for (const operation of operations) {
      if (built.has(key(operation)) || refusedKeys.has(key(operation))) continue;
      const { body } = await request(node, admin.token, operation.method, pathOf(operation.path, admin.id));
      if (body?.id === "api.context.404.app_error") unknown.push(key(operation));
    }
    expect(unknown).toEqual([]);
  });
});
