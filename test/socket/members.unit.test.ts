import { beforeEach, describe, expect, it } from "vitest";
import { Audience } from "../../durable/hub/audience/audience.ts";
import { Members } from "../../durable/hub/audience/members.ts";
import { applyEffects, caches } from "../../workers/cache/caches.ts";
import type { Context } from "../../workers/context.ts";

/** A database whose answers hold what was there when the question came, and arrive when the test says so. */
class SlowSql {
  channels = ["a"];
  deleteat = 0;
  readonly waiting: (() => void)[] = [];
  asked = 0;

  async query(text: string, params: unknown[]): Promise<unknown[]> {
    if (text.includes("FROM roles")) return [{ name: "system_admin", permissions: "manage_system" }];
    this.asked++;
    const { channels, deleteat } = this;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (!Array.isArray(params[0])) {
      const members = channels.map((id) => [id, "", true, false, false]);
      return [
        {
          user: { id: params[0], roles: "system_user", delete_at: deleteat },
          teams: null,
          channels: members,
        },
      ];
    }
    return params[0].map((id) => ({ id, roles: "system_user", channels: [...channels], teams: null }));
  }

  /** As the pool does it: who asks with the same key meanwhile gets the same answer. */
  private readonly under = new Map<string, Promise<unknown[]>>();
  shared(key: string, text: string, params: unknown[]): Promise<unknown[]> {
    const other = this.under.get(key);
    if (other) return other;
    const read = this.query(text, params).finally(() => this.under.delete(key));
    this.under.set(key, read);
    return read;
  }

  answer(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

let sql: SlowSql;
let audience: Audience;
let members: Members;
beforeEach(() => {
  applyEffects([{ kind: "all" }]);
  sql = new SlowSql();
  audience = new Audience();
  members = new Members(audience, async () => ({ sql }) as unknown as Context);
});

const asked = (count: number) => expect.poll(() => sql.asked).toBe(count);
/** What the hub does with an effect. */
function change(user: string, op: "add" | "remove", channel: string): void {
  caches.memberships.delete(user);
  members.touched(user);
  audience.apply({ kind: "channel_member", op, channel, user });
}
const channelsOf = (user: string) => [...(audience.members.get(user)?.channels ?? [])].sort();

describe("loading members while they change", () => {
  it("reads again when a membership changed meanwhile", async () => {
    const loading = members.load("ada");
    await asked(1);
    // Committed after the question, and told before the answer.
    sql.channels = ["a", "b"];
    change("ada", "add", "b");
    sql.answer();
    await asked(2);
    sql.answer();
    expect(await loading).toBe(true);
    expect(channelsOf("ada")).toEqual(["a", "b"]);
  });

  it("does not keep a membership that was taken away meanwhile", async () => {
    const loading = members.load("ada");
    await asked(1);
    sql.channels = [];
    change("ada", "remove", "a");
    sql.answer();
    await asked(2);
    sql.answer();
    await loading;
    expect(channelsOf("ada")).toEqual([]);
  });

  it("asks once for those who come together, and not because of others", async () => {
    const loads = [members.load("ada"), members.load("ada")];
    await asked(1);
    change("bob", "add", "x");
    sql.answer();
    expect(await Promise.all(loads)).toEqual([true, true]);
    expect(sql.asked).toBe(1);
    expect(await members.load("ada")).toBe(true);
    expect(sql.asked).toBe(1);
  });

  it("reads only the changed again of many", async () => {
    const users = Array.from({ length: 700 }, (_, i) => `u${i}`);
    const loading = members.loadAll(users);
    await asked(1);
    change("u7", "add", "b");
    sql.channels = ["a", "b"];
    sql.answer();
    await asked(2);
    sql.answer();
    await loading;
    expect(audience.members.size).toBe(700);
    expect(channelsOf("u7")).toEqual(["a", "b"]);
    expect(channelsOf("u8")).toEqual(["a"]);
  });

  it("lets nobody in who is deactivated", async () => {
    sql.deleteat = 1;
    const loading = members.load("ada");
    await asked(1);
    sql.answer();
    expect(await loading).toBe(false);
    expect(audience.members.size).toBe(0);
  });
});
