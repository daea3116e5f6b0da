import { Connection, DEAD_QUEUE, type Hints, type Item, type Shared } from "../connection/connection.ts";

interface Row extends Record<string, SqlStorageValue> {
  id: string;
  user_id: string;
  session_id: string;
  token: string;
  posted_ack: number;
  next: number;
  sent: number;
  lost_at: number;
  hints: string;
  items: string;
}

/** Saved events that no connection needs any more may be as many before all is written anew. */
const WASTE = 4_000;

/** The hub's connections on disk: what has changed since the last save, and an event that many have only once. */
export class Store {
  private readonly sql: SqlStorage;
  private numbers = new WeakMap<Shared, number>();
  private nextNumber = 0;
  /** Events that were written when all was written anew last. */
  private baseline = 0;
  private saved = new Set<string>();

  constructor(sql: SqlStorage) {
    this.sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS event (number INTEGER PRIMARY KEY, head TEXT NOT NULL, tail TEXT NOT NULL)",
    );
    sql.exec(`CREATE TABLE IF NOT EXISTS connection (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, session_id TEXT NOT NULL,
      token TEXT NOT NULL, posted_ack INTEGER NOT NULL, next INTEGER NOT NULL, sent INTEGER NOT NULL, lost_at INTEGER NOT NULL,
      hints TEXT NOT NULL, items TEXT NOT NULL)`);
  }

  save(connections: ReadonlyMap<string, Connection>): void {
    const anew = this.nextNumber > 2 * this.baseline + WASTE;
    if (anew) this.clear();
    for (const id of this.saved) {
      if (connections.has(id)) continue;
      this.sql.exec("DELETE FROM connection WHERE id = ?", id);
      this.saved.delete(id);
    }
    for (const connection of connections.values()) {
      if (connection.changed || !this.saved.has(connection.id)) this.write(connection);
    }
    if (anew) this.baseline = this.nextNumber;
  }

  /** What was saved last. */
  load(): Connection[] {
    const events = new Map<number, Shared>();
    for (const { number, head, tail } of this.sql.exec<{ number: number; head: string; tail: string }>(
      "SELECT * FROM event",
    )) {
      const event = { head, tail };
      events.set(number, event);
      this.numbers.set(event, number);
      this.nextNumber = Math.max(this.nextNumber, number + 1);
    }
    this.baseline = events.size;
    const connections = this.sql
      .exec<Row>("SELECT * FROM connection")
      .toArray()
      .map((row) => toConnection(row, events));
    this.saved = new Set(connections.map((connection) => connection.id));
    return connections;
  }

  clear(): void {
    this.sql.exec("DELETE FROM event");
    this.sql.exec("DELETE FROM connection");
    this.numbers = new WeakMap();
    this.nextNumber = 0;
    this.baseline = 0;
    this.saved.clear();
  }

  private write(connection: Connection): void {
    const { id, userId, sessionId, token, postedAck, next, sent, lostAt, hints } = connection;
    const kept = connection.items.slice(-(DEAD_QUEUE + connection.waiting));
    const items = kept.map((item) =>
      "own" in item ? [this.numberOf(item.shared), item.own] : this.numberOf(item),
    );
    this.sql.exec(
      "INSERT OR REPLACE INTO connection VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[
        id,
        userId,
        sessionId,
        token,
        postedAck ? 1 : 0,
        next,
        sent,
        lostAt,
        JSON.stringify(hints),
        JSON.stringify(items),
      ],
    );
    this.saved.add(id);
    connection.changed = false;
  }

  private numberOf(event: Shared): number {
    let number = this.numbers.get(event);
    if (number === undefined) {
      number = this.nextNumber++;
      this.numbers.set(event, number);
      this.sql.exec("INSERT INTO event VALUES (?, ?, ?)", number, event.head, event.tail);
    }
    return number;
  }
}

function toConnection(row: Row, events: ReadonlyMap<number, Shared>): Connection {
  const connection = new Connection(row.user_id, row.session_id, row.token);
  connection.id = row.id;
  connection.postedAck = row.posted_ack === 1;
  connection.next = row.next;
  connection.sent = row.sent;
  connection.lostAt = row.lost_at || Date.now();
  connection.hints = JSON.parse(row.hints) as Hints;
  connection.items = (JSON.parse(row.items) as (number | [number, string])[]).map((entry): Item => {
    return typeof entry === "number" ? events.get(entry)! : { shared: events.get(entry[0])!, own: entry[1] };
  });
  connection.changed = false;
  return connection;
}
