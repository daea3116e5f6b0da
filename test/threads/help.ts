import type { UserThreadList, UserThreadWithPost } from "@mattermost/types/threads";
import type { Person, World } from "../harness/people.ts";

/** GET threads by its raw query. */
export async function threads(
  person: Person,
  { team }: Pick<World, "team">,
  query: Record<string, string | number | boolean> = {},
) {
  const text = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  const answer = await person.request("GET", `users/me/teams/${team.id}/threads?${text}`);
  return {
    ...answer,
    list: answer.body as UserThreadList,
    ids: (answer.body?.threads as UserThreadWithPost[] | undefined)?.map((thread) => thread.id) ?? [],
    sql: Number(answer.headers.get("x-edgemost-sql")),
  };
}

/** One of the user's threads. */
export async function thread(
  person: Person,
  { team }: Pick<World, "team">,
  id: string,
): Promise<UserThreadWithPost> {
  const answer = await person.request("GET", `users/me/teams/${team.id}/threads/${id}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body;
}

/** Does something to one of the user's threads; gives the status. */
export async function act(
  person: Person,
  { team }: Pick<World, "team">,
  method: string,
  path: string,
): Promise<number> {
  return (await person.request(method, `users/me/teams/${team.id}/threads/${path}`)).status;
}
