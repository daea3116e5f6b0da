import type { Post } from "@mattermost/types/posts";
import { expect, vi } from "vitest";
import type { Person } from "../../harness/people.ts";
import { WebTab } from "./web-client.ts";

/** Tells posts of one millisecond apart, which a page cannot make. */
let pending = 0;

/** The web client of somebody, logged in and connected. */
export class Tab extends WebTab {
  readonly id: string;
  readonly username: string;

  constructor(who: Person) {
    super(who.node);
    this.id = who.id;
    this.username = who.username;
  }

  /** Posts as the message box does. */
  say(channel_id: string, message: string, more: Partial<Post> = {}): Promise<Post> {
    const now = Date.now();
    return this.client.createPost({
      channel_id,
      message,
      root_id: "",
      user_id: this.id,
      pending_post_id: `${this.id}:${now}${++pending}`,
      create_at: 0,
      update_at: now,
      file_ids: [],
      props: {},
      metadata: {},
      ...more,
    } as unknown as Post);
  }

  /** Bytes as the page's images, players and links load them: by cookie, with nothing else of the API client. */
  async load(path: string, headers: Record<string, string> = {}, method = "GET") {
    const answer = await fetch(`${this.url}/api/v4/${path}`, {
      method,
      headers: { cookie: this.cookies.header, ...headers },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, bytes, get: (name: string) => answer.headers.get(name) };
  }
}

/** A connected user is online a moment after the hello. */
export const untilOnline = (asker: WebTab, ids: string[]) =>
  vi.waitFor(
    async () => {
      const statuses = await asker.client.getStatusesByIds(ids);
      expect(statuses.map(({ status }) => status)).toEqual(ids.map(() => "online"));
    },
    { timeout: 10_000 },
  );

/** Logs `who` in as the login page does, and opens the socket. */
export async function openTab(who: Person): Promise<Tab> {
  const tab = new Tab(who);
  await tab.login(who);
  await tab.connect();
  return tab;
}
