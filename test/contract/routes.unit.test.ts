import { describe, expect, it } from "vitest";
import { operations } from "../../workers/api/operations.ts";
import { routes } from "../../workers/api/routes.ts";
import { description, endpoints } from "../harness/contract/api-description.ts";
import { OWN_ROUTES } from "./own-routes.ts";

const key = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
const built = new Set(routes.map(key));
const known = new Set(operations.map(key));
const tabled = new Set(endpoints.map(key));
const described = new Set(description.operations.filter((operation) => !operation.unrouted).map(key));
/** Not routes: the client's files and pages (workers/web), and what app.ts answers by itself. */
const ELSEWHERE: Record<string, string> = {
  "GET /static/{file}": "workers/web/site.ts",
  "GET /static/plugins/{file}": "workers/web/site.ts: there are none",
  "GET /{anything}": "workers/web/site.ts",
  "GET /unsupported_browser.js": "workers/web/unsupported.ts: the page needs no script",
  "GET /robots.txt": "app.ts",
  "ANY /plugins/{plugin_id}/{anything}": "app.ts",
  "HEAD /files/{file_id}/public": "served wherever GET is",
};
/** Names of parameters do not matter to a router. */
const shape = (name: string) => name.replace(/\{\w+\}/g, "{}");

describe("the route table", () => {
  it("answers every operation of Mattermost: built, or 501", () => {
    const missing = [...described, ...tabled].filter(
      (name) => !built.has(name) && !known.has(name) && !(name in ELSEWHERE),
    );
    expect([...new Set(missing)].sort()).toEqual([]);
  });

  it("has no route that is neither Mattermost's nor declared as Edgemost's own", () => {
    const unknown = [...built].filter(
      (name) => !described.has(name) && !tabled.has(name) && !(name in OWN_ROUTES),
    );
    expect(unknown).toEqual([]);
  });

  it("answers 501 for nothing that Mattermost does not have", () => {
    expect([...known].filter((name) => !described.has(name) && !tabled.has(name))).toEqual([]);
  });

  it("has every route once", () => {
    const seen = new Map<string, string>();
    const twice: string[] = [];
    for (const route of routes) {
      const name = shape(key(route));
      if (seen.has(name)) twice.push(`${key(route)} and ${seen.get(name)}`);
      seen.set(name, key(route));
    }
    expect(twice).toEqual([]);
  });

  it("agrees with endpoints.tsv about tiers", () => {
    const tiers = new Map(endpoints.map((endpoint) => [key(endpoint), endpoint.tier]));
    expect(operations.filter((operation) => tiers.get(key(operation)) !== operation.tier)).toEqual([]);
  });
});
