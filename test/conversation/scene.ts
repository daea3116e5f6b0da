import type { WebSocketClient } from "@mattermost/client";
import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import type { Team } from "@mattermost/types/teams";
import { officialSocket } from "../harness/client.ts";
import type { NodeAddress, Person } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";

/** A person at a client: what comes in by the official WebSocket client, and by one that checks every event. */
export interface Actor extends Person {
  ear: Ear;
  socket: TestSocket;
}

/** What the steps of the conversation hand to each other. */
export interface Scene {
  node: NodeAddress;
  admin: Person;
  ada: Actor;
  bob: Actor;
  cat: Actor;
  team: Team;
  /** Open, of ada, with all three. */
  channel: Channel;
  /** A thread in it. */
  root: Post;
  reply: Post;
}

export type Steps = (scene: Scene) => void;

interface Heard {
  event: string;
  data: any;
  broadcast: any;
  seq: number;
}

/** Listens by the official WebSocket client. */
export class Ear {
  readonly heard: Heard[] = [];
  missed = 0;
  private readonly socket: WebSocketClient;
  private readonly taken = new Set<Heard>();
  private waiting: (() => void)[] = [];

  private constructor(socket: WebSocketClient) {
    this.socket = socket;
    socket.addMessageListener((message) => {
      this.heard.push(message as Heard);
      for (const wake of this.waiting.splice(0)) wake();
    });
    socket.addMissedMessageListener(() => {
      this.missed++;
    });
  }

  static async open(url: string, token: string): Promise<Ear> {
    return new Ear(await officialSocket(url, token));
  }

  get client(): WebSocketClient {
    return this.socket;
  }

  /** The first message of that name that no earlier call has returned. */
  async next(
    event: string,
    accept: (message: Heard) => boolean = () => true,
    timeoutMs = 10_000,
  ): Promise<Heard> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const found = this.heard.find(
        (message) => message.event === event && !this.taken.has(message) && accept(message),
      );
      if (found) {
        this.taken.add(found);
        return found;
      }
      const left = until - Date.now();
      if (left <= 0)
        throw new Error(
          `The official client heard no ${event}, but: ${this.heard
            .slice(-15)
            .map((m) => m.event)
            .join(", ")}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  close(): void {
    this.socket.close();
  }
}
