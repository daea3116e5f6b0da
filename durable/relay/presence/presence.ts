import type { Redis } from "../stream/redis.ts";

/** Which users are connected to which node, in Redis: offline is only who is connected to none. */
export class Presences {
  private readonly redis: () => Redis | undefined;
  private readonly prefix: string;
  private readonly self: string;

  constructor(redis: () => Redis | undefined, prefix: string, self: string) {
    this.redis = redis;
    this.prefix = prefix;
    this.self = self;
  }

  async arrive(userIds: string[]): Promise<void> {
    const redis = this.redis();
    if (!redis || userIds.length === 0) return;
    await Promise.all([
      redis.sAdd(this.key(this.self), userIds),
      redis.sAdd(`${this.prefix}nodes`, this.self),
    ]);
  }

  /** Takes users off this node; returns those that no other of the live `nodes` holds. */
  async leave(userIds: string[], nodes: string[]): Promise<string[]> {
    const redis = this.redis();
    if (!redis || userIds.length === 0) return [];
    await redis.sRem(this.key(this.self), userIds);
    return this.unheld(
      redis,
      userIds,
      nodes.filter((node) => node !== this.self),
    );
  }

  /** Users that only nodes hold which are no more; those nodes are forgotten. For the leader. */
  async reap(live: string[]): Promise<string[]> {
    const redis = this.redis();
    if (!redis) return [];
    const dead = (await redis.sMembers(`${this.prefix}nodes`)).filter((node) => !live.includes(node));
    const gone: string[] = [];
    for (const node of dead) {
      const users = await redis.sMembers(this.key(node));
      gone.push(...(await this.unheld(redis, users, live)));
      await Promise.all([redis.del(this.key(node)), redis.sRem(`${this.prefix}nodes`, node)]);
    }
    return gone;
  }

  /** Exactly these users are on this node. Returns those who were thought to be and are not. */
  async set(userIds: string[]): Promise<string[]> {
    const redis = this.redis();
    if (!redis) return [];
    const key = this.key(this.self);
    const before = await redis.sMembers(key);
    const work: Promise<unknown>[] = [redis.del(key)];
    if (userIds.length > 0) work.push(redis.sAdd(key, userIds), redis.sAdd(`${this.prefix}nodes`, this.self));
    await Promise.all(work);
    const now = new Set(userIds);
    return before.filter((id) => !now.has(id));
  }

  /** Those of the users that none of the `nodes` holds. */
  async absent(userIds: string[], nodes: string[]): Promise<string[]> {
    const redis = this.redis();
    return redis ? this.unheld(redis, userIds, nodes) : [];
  }

  private async unheld(redis: Redis, userIds: string[], nodes: string[]): Promise<string[]> {
    if (userIds.length === 0 || nodes.length === 0) return userIds;
    const held = await Promise.all(nodes.map((node) => redis.smIsMember(this.key(node), userIds)));
    return userIds.filter((_, index) => !held.some((answers) => Boolean(answers[index])));
  }

  private key(node: string): string {
    return `${this.prefix}online:${node}`;
  }
}
