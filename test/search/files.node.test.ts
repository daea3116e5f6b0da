import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { create, direct, stored, uploaded } from "../posts-create/help.ts";
import { searchFiles } from "./help.ts";

describe("files (semantics 11.13)", () => {
  let world: World;
  let ann: Person;
  let bob: Person;
  let cid: Person;
  let secret: { id: string; name: string };
  const word = `w${newId().slice(0, 12)}`;

  beforeAll(async () => {
    world = await makeWorld({ users: 3 });
    [ann, bob, cid] = world.users as [Person, Person, Person];
    for (const person of world.users) await person.client.getMe();
    secret = await makeChannel(ann, world.team, { type: "P", members: [bob] });
    const send = async (who: Person, where: { id: string }, name: string, content = "") => {
      const file = await uploaded(who, where, { name });
      if (content) await database()`update fileinfo set content = ${content} where id = ${file}`;
      return stored(create(who, where, "a file", { file_ids: [file] }));
    };
    await send(ann, world.channel, `${word}-holiday.photo.png`);
    await send(bob, world.channel, "minutes.txt", `the minutes of ${word} budgets`);
    await send(ann, secret, `${word} secret.pdf`);
    await send(ann, await direct(ann, bob), `${word} direct.pdf`);
    const gone = await send(ann, world.channel, `${word} gone.pdf`);
    await ann.request("DELETE", `posts/${gone.id}`);
    await uploaded(ann, world.channel, { name: `${word} never-sent.pdf` });
  });

  const found = async (who: Person, terms: string, more?: object) => {
    const { status, names, sql } = await searchFiles(who, world.team, terms, more);
    expect([status, sql]).toEqual([200, 1]);
    return names;
  };

  it("are found by name, by parts of it, and by content, newest first", async () => {
    expect(await found(ann, word)).toEqual([
      `${word} direct.pdf`,
      `${word} secret.pdf`,
      "minutes.txt",
      `${word}-holiday.photo.png`,
    ]);
    expect(await found(ann, `${word} photo`)).toEqual([`${word}-holiday.photo.png`]);
    expect(await found(ann, `${word} budget`)).toEqual(["minutes.txt"]);
    expect(await found(ann, `${word} -holiday`)).toHaveLength(3);
    expect(await found(ann, "minutes.txt budget", { is_or_search: true })).toContain("minutes.txt");
  });

  it("are found by extension, author, place; page by page", async () => {
    expect(await found(ann, `${word} ext:pdf`)).toEqual([`${word} direct.pdf`, `${word} secret.pdf`]);
    expect(await found(ann, `${word} ext:.PNG ext:txt`)).toEqual([
      "minutes.txt",
      `${word}-holiday.photo.png`,
    ]);
    expect(await found(ann, `${word} -ext:pdf`)).toHaveLength(2);
    expect(await found(ann, `${word} from:${bob.username}`)).toEqual(["minutes.txt"]);
    expect(await found(ann, `channel:${world.channel.id}`)).toEqual([
      "minutes.txt",
      `${word}-holiday.photo.png`,
    ]);
    expect(await found(ann, word, { page: 1, per_page: 3 })).toEqual([`${word}-holiday.photo.png`]);
  });

  it("are not shown to who may not see them", async () => {
    expect(await found(cid, word)).toEqual(["minutes.txt", `${word}-holiday.photo.png`]);
    expect(await found(cid, `${word} in:${secret.id}`)).toEqual([]);
    const outsider = await makeUser();
    expect((await searchFiles(outsider, world.team, word)).status).toBe(403);
    expect((await searchFiles(outsider, undefined, word)).names).toEqual([]);
    expect((await searchFiles(ann, undefined, word)).names).toHaveLength(4);
  });

  it.each(["'", '"', "*", "the", "#tag", "ext:", "' & | \\"])("are no error: %s", async (terms) => {
    expect((await searchFiles(ann, world.team, terms)).status).toBe(200);
  });
});
