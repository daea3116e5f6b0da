import type { Actor, Crowd } from "../crowd.ts";
import type { Random } from "../random.ts";

/** One thing that a person does; answers the status, or undefined where there is nothing to do it with. */
type Operation = (crowd: Crowd, actor: Actor, random: Random) => Promise<number | undefined>;

/** Each with its weight. */
export type Operations = Record<string, [weight: number, operation: Operation]>;

let words = 0;

/** Never the same twice. */
export const nextWord = (): number => ++words;

/** A text that nobody has said before, sometimes for somebody. */
export function text(crowd: Crowd, random: Random): string {
  const word = `word${nextWord()}`;
  const person = random.of(crowd.actors)!.person.username;
  return random.of([
    word,
    word,
    `${word} for @${person}`,
    `${word} for @all`,
    `@channel ${word}`,
    `@here ${word}`,
  ])!;
}

export async function send(
  actor: Actor,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: any }> {
  const answer = await actor.person.request(method, path, body);
  if (answer.status >= 500)
    throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
  return answer;
}

export const status = async (answer: ReturnType<typeof send>) => (await answer).status;

export const channelOf = (crowd: Crowd, actor: Actor, random: Random) => random.of(crowd.channelsOf(actor));
