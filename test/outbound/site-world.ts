import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeWorld, type World } from "../harness/people.ts";
import { type Site, startSite } from "./site.ts";

export interface SiteWorld {
  /** On the loopback, where the node may go. */
  site: Site;
  node: OwnNode;
  /** With two users. */
  world: World;
  stop(): Promise<void>;
}

/** A site, a node of the test's own that may reach it, and people on that node. */
export async function startSiteWorld(env: Record<string, string> = {}): Promise<SiteWorld> {
  const site = await startSite();
  const node = await ownNode({
    env: { MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS: "127.0.0.1", ...env },
  });
  const world = await makeWorld({ users: 2, node });
  return {
    site,
    node,
    world,
    async stop() {
      await node.stop();
      await site.stop();
    },
  };
}
