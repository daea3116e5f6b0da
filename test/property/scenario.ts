import type { Actor, Crowd } from "./crowd.ts";
import { post, reaction } from "./operations/messages.ts";
import { anyOperation, OPERATIONS } from "./operations/operations.ts";
import type { Random } from "./random.ts";

const STEPS = 35;

/** What was done, for the report of a failure. */
export class Story {
  readonly lines: string[] = [];
  readonly done = new Map<string, number>();
  tried = 0;

  tell(name: string, actor: Actor, status: number | undefined): void {
    if (status === undefined) return;
    this.tried++;
    this.lines.push(`${actor.person.username.slice(0, 8)} ${name} ${status}`);
    if (status < 300) this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }
}

/** A round of random steps, then a look at what everyone has made of it: problems, none where all is well. */
export async function playRound(crowd: Crowd, random: Random, story: Story): Promise<string[]> {
  for (let i = 0; i < STEPS; i++) await step(crowd, random, story);
  const problems = await crowd.check();
  return problems.length > 0 ? [...problems, "after:", ...story.lines.slice(-STEPS)] : [];
}

async function step(crowd: Crowd, random: Random, story: Story): Promise<void> {
  await crowd.tick();
  for (const actor of crowd.actors) crowd.catchUp(actor);
  const actor = random.of(crowd.actors)!;
  const kind = random.next();
  if (kind < 0.08) return crowd.drop(actor);
  if (kind < 0.16) return crowd.resume(actor);
  if (kind < 0.25) return burst(crowd, random, story);
  const name = anyOperation(random);
  story.tell(name, actor, await OPERATIONS[name]![1](crowd, actor, random));
}

/**
 * At once: posts of one author per channel (several would each mark read what the other has not seen), reactions of all,
 * while somebody's connection breaks.
 */
async function burst(crowd: Crowd, random: Random, story: Story): Promise<void> {
  const work: Promise<void>[] = [];
  const doing = (name: string, actor: Actor, what: Promise<number | undefined>) =>
    work.push(what.then((status) => story.tell(name, actor, status)));
  for (const channel of random.shuffled([...crowd.members.keys()]).slice(0, 3)) {
    const author = random.of(crowd.actors.filter(({ person }) => crowd.members.get(channel)!.has(person.id)));
    if (!author) continue;
    for (let i = 0; i < 3; i++) doing("burst post", author, post(crowd, author, random, channel));
  }
  const unlucky = random.of(crowd.actors)!;
  crowd.drop(unlucky);
  for (const actor of crowd.actors) doing("burst reaction", actor, reaction(crowd, actor, random));
  if (random.chance(0.5)) await crowd.resume(unlucky);
  await Promise.all(work);
}
