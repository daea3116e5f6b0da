import type { Env } from "../workers/env.ts";
import { live } from "./live.ts";

const QUIET_MS = 1_000;

/** Objects of this process whose state is newer than what they saved: one that is made anew must not trust it. */
const unsaved = new Set<string>();

export interface JournalOptions {
  /** Whether to save whenever the object has been quiet for a second; else at the end only. */
  whenQuiet: boolean;
}

/**
 * Write-behind for an object whose state is an optimisation, never the only copy: what is saved is trusted only where
 * it provably is the newest.
 *
 * Self-hosted, each process has a BOOT_ID, and the launcher tells which boots before it ended cleanly (drained, so
 * every object saved): state of any other boot is discarded, and saving costs nothing on the way of a message.
 * On the edge a `dirty` mark is stored before the first change since a save; found at load, it voids the state.
 * A save happens once the object has been quiet for a second, and at a drain; a waiting timer keeps the object from
 * being evicted with changes unsaved.
 */
export class Journal {
  private readonly storage: DurableObjectStorage;
  private readonly id: string;
  private readonly boot: string;
  private readonly cleanBoots: string[];
  private readonly save: () => void;
  private readonly whenQuiet: boolean;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private changedAt = 0;
  private dirty = false;

  constructor(ctx: DurableObjectState, env: Env, save: () => void, { whenQuiet }: JournalOptions) {
    this.storage = ctx.storage;
    this.id = ctx.id.toString();
    this.boot = env.BOOT_ID ?? "";
    this.cleanBoots = (env.CLEAN_BOOTS ?? "").split(",").filter(Boolean);
    this.save = save;
    this.whenQuiet = whenQuiet;
    this.storage.sql.exec("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
  }

  /** Whether the saved state may be used. */
  trusted(): boolean {
    if (!this.boot) return this.get("saved") === "1" && this.get("dirty") !== "1";
    const saved = this.get("boot");
    if (saved === undefined) return false;
    return saved === this.boot ? !unsaved.has(this.id) : this.cleanBoots.includes(saved);
  }

  /** The state has changed. */
  touch(): void {
    this.changedAt = Date.now();
    if (!this.dirty) {
      this.dirty = true;
      if (this.boot) unsaved.add(this.id);
      else this.set("dirty", "1");
    }
    // The process may end at any moment, and counts as ended cleanly.
    if (live.ending) this.flush();
    else if (this.whenQuiet) this.timer ??= setTimeout(() => this.settle(), QUIET_MS);
  }

  /** Saves now if there is anything to save. */
  flush(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.dirty) return;
    this.storage.transactionSync(() => {
      this.save();
      this.set("saved", "1");
      this.set("boot", this.boot);
      this.set("dirty", "0");
    });
    this.dirty = false;
    unsaved.delete(this.id);
  }

  private settle(): void {
    this.timer = undefined;
    const quiet = Date.now() - this.changedAt;
    if (quiet >= QUIET_MS) this.flush();
    else this.timer = setTimeout(() => this.settle(), QUIET_MS - quiet);
  }

  private get(name: string): string | undefined {
    return this.storage.sql
      .exec<{ value: string }>("SELECT value FROM meta WHERE name = ?", name)
      .toArray()[0]?.value;
  }

  private set(name: string, value: string): void {
    this.storage.sql.exec(
      "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name,
      value,
    );
  }
}
