// The smallest worker with the exports that the launcher counts on.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { createRequire } from "node:module";
import wasm from "@cf-wasm/photon/photon.wasm";

interface StubEnv {
  [name: string]: any;
}

export class SqlPool extends DurableObject {}
export class Topic extends DurableObject {}

export class Hub extends DurableObject {
  override fetch(): Response {
    const { sql } = this.ctx.storage;
    sql.exec("create table if not exists visits (n integer)");
    sql.exec("insert into visits values (1)");
    return Response.json(sql.exec("select count(*) as visits from visits").one());
  }
}

let inFlight = 0;

export class Control extends WorkerEntrypoint {
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === "/drain") while (inFlight > 0) await wait(10);
    return new Response("ok");
  }
}

export class Compute extends WorkerEntrypoint<StubEnv> {
  override fetch(): Response {
    return new Response(`computed by ${this.env.PROFILE}`);
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export default {
  async fetch(request: Request, env: StubEnv): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/vars") {
      return Response.json(Object.fromEntries(Object.entries(env).filter(([, v]) => typeof v === "string")));
    }
    if (pathname === "/modules") {
      return Response.json({ wasm: WebAssembly.Module.exports(wasm).length, node: typeof createRequire });
    }
    if (pathname === "/compute") return env.COMPUTE.fetch("http://compute/");
    if (pathname === "/hub") return env.HUB.get(env.HUB.idFromName("one")).fetch("http://hub/");
    if (pathname.startsWith("/files/")) {
      return env.FILES_DISK.fetch(`http://disk${pathname.slice(6)}`, {
        method: request.method,
        body: request.body,
      });
    }
    if (pathname === "/in-flight") return new Response(`${inFlight}`);
    if (pathname === "/slow") {
      inFlight++;
      try {
        await wait(1_000);
        return new Response("slow, but done");
      } finally {
        inFlight--;
      }
    }
    return Response.json({ cf: request.cf ?? null });
  },
};
