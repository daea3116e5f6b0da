import type { Bundle } from "../../workers/events/envelope.ts";
import { newId } from "../../workers/model/id.ts";

/** How much of a topic can be followed from the past. */
const LOG_SIZE = 1_000;
/** Entries that wait in memory for the next save. */
const UNSAVED = 200;
/** Not worth a place in the log. */
const FLEETING = new Set(["typing"]);

/** An event as a follower gets it, up to its offset. */
export interface Entry {
  offset: number;
  text: string;
}

export const entryFrame = ({ text, offset }: Entry): string => `${text}${offset}}`;

/**
 * A channel's last events. (epoch, offset) names a place in it; the epoch changes when the log cannot be proved
 * complete. In memory is only what is not saved yet.
 */
export class Log {
  epoch = newId();
  next = 1;
  private oldest = 1;
  private unsaved: Entry[] = [];
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS log (offset INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    sql.exec("CREATE TABLE IF NOT EXISTS place (epoch TEXT NOT NULL, next INTEGER NOT NULL)");
  }

  /** Takes up what was saved, if it is certain to be the newest. */
  load(trusted: boolean): void {
    const place = this.sql
      .exec<{ epoch: string; next: number }>("SELECT epoch, next FROM place")
      .toArray()[0];
    if (!place || !trusted) return void this.sql.exec("DELETE FROM log");
    this.epoch = place.epoch;
    this.next = place.next;
    this.oldest =
      this.sql.exec<{ oldest: number | null }>("SELECT min(offset) AS oldest FROM log").one().oldest ??
      this.next;
  }

  /** Appends the bundle's events for the channel; those that everyone who reads it may see. */
  append({ topic, events }: Bundle): Entry[] {
    const channelId = topic.startsWith("channel:") ? topic.slice("channel:".length) : "";
    const entries: Entry[] = [];
    for (const { event, head, tail, broadcast } of channelId ? events : []) {
      if (broadcast.channel_id !== channelId || broadcast.user_id || broadcast.connection_id) continue;
      if (broadcast.contains_sensitive_data || FLEETING.has(event)) continue;
      entries.push({ offset: this.next++, text: head + tail });
    }
    this.unsaved.push(...entries);
    return entries;
  }

  get isFull(): boolean {
    return this.unsaved.length >= UNSAVED;
  }

  /** Whether everything after `offset` is here. */
  reaches(epoch: string, offset: number): boolean {
    return (
      epoch === this.epoch && Number.isInteger(offset) && offset + 1 >= this.oldest && offset < this.next
    );
  }

  after(offset: number): Entry[] {
    const saved = this.sql
      .exec("SELECT offset, text FROM log WHERE offset > ? ORDER BY offset", offset)
      .toArray() as unknown as Entry[];
    return [...saved, ...this.unsaved.filter((entry) => entry.offset > offset)];
  }

  save(): void {
    for (const { offset, text } of this.unsaved) this.sql.exec("INSERT INTO log VALUES (?, ?)", offset, text);
    this.unsaved = [];
    this.oldest = Math.max(this.oldest, this.next - LOG_SIZE);
    this.sql.exec("DELETE FROM log WHERE offset < ?", this.oldest);
    this.sql.exec("DELETE FROM place");
    this.sql.exec("INSERT INTO place VALUES (?, ?)", this.epoch, this.next);
  }
}
