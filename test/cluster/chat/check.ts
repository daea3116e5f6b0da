// What must hold of every client's whole stream, whatever happened meanwhile.

import type { ChatClient, Learned } from "./client.ts";
import type { Acknowledged } from "./posters.ts";

/** One line per finding, the first few of a kind; empty when all is well. `fresh`: posts that a client need not have. */
export function checkStreams(clients: ChatClient[], acknowledged: Acknowledged[]): string[] {
  const findings: string[] = [];
  const places = orderOf(clients);
  clients.forEach((client, n) => {
    const tell = (text: string) => findings.push(`client ${n}: ${text}`);
    for (const text of client.violations) tell(text);
    const known = new Set<string>();
    for (const session of client.sessions) {
      for (const id of session.fetched) known.add(id);
      for (const { id } of session.posts) known.add(id);
      checkSession(session.posts, places, tell);
    }
    const lost = acknowledged.filter(({ id }) => !known.has(id));
    if (lost.length > 0) tell(`${lost.length} acknowledged posts are missing, the first is ${lost[0]!.id}`);
  });
  return [...findings.slice(0, 10), ...(findings.length > 10 ? [`and ${findings.length - 10} more`] : [])];
}

function checkSession(posts: Learned[], places: Map<string, number>, tell: (text: string) => void): void {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  for (const { id, channel } of posts) {
    if (seen.has(id)) tell(`post ${id} came twice`);
    seen.add(id);
    const place = places.get(id);
    if (place === undefined) continue;
    if (place <= (last.get(channel) ?? -1)) tell(`post ${id} came out of order`);
    last.set(channel, place);
  }
}

/** Each post's place in its channel, by the sessions that have seen most; all others have to agree. */
function orderOf(clients: ChatClient[]): Map<string, number> {
  const sessions = clients
    .flatMap((client) => client.sessions)
    .sort((a, b) => b.posts.length - a.posts.length);
  return new Map(sessions[0]?.posts.map(({ id }, place) => [id, place]));
}
