import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

const run = (who: Person, command: string, channel_id = world.channel.id, team_id = world.team.id) =>
  who.client.executeCommand(command, { channel_id, team_id, root_id: "" }) as Promise<any>;

/** Runs it, and answers what the caller alone is told. */
async function told(who: Person, command: string, channel = world.channel.id): Promise<string> {
  const socket = await who.ws();
  const answer = await run(who, command, channel);
  const event = await socket.next("ephemeral_message");
  expect(event.parsed.post).toMatchObject({
    type: "system_ephemeral",
    channel_id: channel,
    message: answer.text,
  });
  expect(answer.response_type).toBe("ephemeral");
  return answer.text;
}

/** Runs it, and answers the post that it made. */
async function posted(who: Person, command: string, channel = world.channel.id) {
  const socket = await who.ws();
  const answer = await run(who, command, channel);
  const { post } = (await socket.next("posted", (e) => e.parsed.post.user_id === who.id)).parsed;
  return { answer, post };
}

describe("slash commands (semantics 19.1, 19.6)", () => {
  it("begin with a slash, and exist", async () => {
    expect((await failureOf(run(ada, "hello"))).server_error_id).toBe(
      "api.command.execute_command.start.app_error",
    );
    expect((await failureOf(run(ada, "/ "))).status_code).toBe(400);
    const unknown = await failureOf(run(ada, "/frobnicate now"));
    expect([unknown.status_code, unknown.server_error_id]).toEqual([
      404,
      "api.command.execute_command.not_found.app_error",
    ]);
  });

  it("need create_post in the channel, which is not archived", async () => {
    const secret = await makeChannel(ada, world.team, { type: "P" });
    expect((await failureOf(run(bob, "/shrug", secret.id))).status_code).toBe(403);
    expect((await failureOf(run(ada, "/shrug", newId()))).status_code).toBe(404);
    const stranger = await makeUser();
    expect((await failureOf(run(stranger, "/shrug"))).status_code).toBe(403);
    const direct = await stranger.client.createDirectChannel([stranger.id, ada.id]);
    expect((await failureOf(run(stranger, "/shrug", direct.id))).status_code).toBe(403);
    await ada.client.deleteChannel(secret.id);
    expect((await failureOf(run(ada, "/shrug", secret.id))).server_error_id).toBe(
      "api.command.execute_command.deleted.error",
    );
  });

  it("post text", async () => {
    const me = await posted(ada, "/me waves");
    expect(me.post).toMatchObject({ type: "me", message: "*waves*", props: { message: "waves" } });
    expect(me.answer).toMatchObject({ response_type: "in_channel", goto_location: "" });
    expect((await posted(ada, "/SHRUG so what")).post.message).toBe("so what ¯\\\\\\_(ツ)\\_/¯");
    expect((await posted(ada, "/code a\nb")).post.message).toBe("    a\n    b");
    expect((await posted(ada, '/echo "hello 5"')).post.message).toBe("hello 5");
    const before = Date.now();
    expect((await posted(ada, "/echo later 1")).post.message).toBe("later");
    expect(Date.now() - before).toBeGreaterThan(900);
    expect(await told(ada, "/echo x 99999999")).toContain("at most");
    expect(await told(ada, "/code")).toContain("/code");
  });

  it("set the status", async () => {
    for (const status of ["away", "dnd", "offline", "online"]) {
      await told(ada, `/${status}`);
      expect((await ada.client.getStatus(ada.id)).status).toBe(status);
    }
    await told(ada, "/status :palm_tree: away");
    expect(JSON.parse((await ada.client.getMe()).props.customStatus!)).toMatchObject({
      emoji: "palm_tree",
      text: "away",
    });
    await told(ada, "/status clear");
    expect((await ada.client.getMe()).props.customStatus).toBe("");
    expect(await told(ada, "/status :no_such_emoji: x")).toContain("emoji");
  });

  it("join and leave channels", async () => {
    const open = await makeChannel(bob, world.team);
    const joined = await run(ada, `/join ~${open.name}`);
    expect(joined.goto_location).toMatch(new RegExp(`/${world.team.name}/channels/${open.name}$`));
    expect((await ada.client.getMyChannelMember(open.id)).user_id).toBe(ada.id);
    const left = await run(ada, "/leave", open.id);
    expect(left.goto_location).toMatch(new RegExp(`/${world.team.name}/channels/town-square$`));
    expect((await failureOf(ada.client.getMyChannelMember(open.id))).status_code).toBe(403);
    const secret = await makeChannel(bob, world.team, { type: "P" });
    expect(await told(ada, `/open ${secret.name}`)).toContain("no such channel");
  });

  it("write to users", async () => {
    const answer = await run(ada, `/msg @${bob.username} hi there`);
    expect(answer.goto_location).toMatch(new RegExp(`/${world.team.name}/messages/@${bob.username}$`));
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    expect(Object.values((await bob.client.getPosts(direct.id)).posts).map((post) => post.message)).toContain(
      "hi there",
    );
    const carol = await makeUser();
    const group = await run(ada, `/groupmsg @${bob.username}, @${carol.username} all of you`);
    const made = await ada.client.createGroupChannel([ada.id, bob.id, carol.id]);
    expect(group.goto_location).toMatch(new RegExp(`/messages/${made.name}$`));
    expect(Object.values((await carol.client.getPosts(made.id)).posts).map((post) => post.message)).toContain(
      "all of you",
    );
    expect(await told(ada, "/msg @nobody-of-that-name x")).toContain("no such user");
    await run(ada, "/leave", direct.id);
    const preference = await ada.request("GET", `users/me/preferences/direct_channel_show/name/${bob.id}`);
    expect(preference.body.value).toBe("false");
  });

  it("change the channel, for those who may", async () => {
    const channel = await makeChannel(ada, world.team, { members: [bob], type: "P" });
    await run(ada, "/header about us", channel.id);
    await run(ada, "/purpose to talk", channel.id);
    await run(ada, "/rename Us", channel.id);
    expect(await ada.client.getChannel(channel.id)).toMatchObject({
      header: "about us",
      purpose: "to talk",
      display_name: "Us",
    });
    expect(await told(ada, `/rename ${"x".repeat(65)}`, channel.id)).toContain("64");
    const carol = await makeUser();
    await ada.client.addUsersToTeam(world.team.id, [carol.id]);
    expect(await told(ada, `/invite @${carol.username}`, channel.id)).toContain(carol.username);
    expect((await carol.client.getMyChannelMember(channel.id)).user_id).toBe(carol.id);
    await run(ada, `/kick @${carol.username}`, channel.id);
    expect((await failureOf(carol.client.getMyChannelMember(channel.id))).status_code).toBe(403);
    expect(await told(ada, "/mute", channel.id)).toContain("muted");
    const muted = await ada.client.getMyChannelMember(channel.id);
    expect(muted.notify_props.mark_unread).toBe("mention");
    await told(ada, `/mute ~${channel.name}`, channel.id);
    const again = await ada.client.getMyChannelMember(channel.id);
    expect(again.notify_props.mark_unread).toBe("all");
  });

  it("tell those who may not so, and change nothing", async () => {
    await world.admin.client.getChannel(world.channel.id);
    const town = await ada.client.getChannelByName(world.team.id, "town-square");
    const stranger = await makeUser();
    expect(await told(ada, "/leave", town.id)).not.toBe("");
    expect(await told(ada, `/invite @${stranger.username}`)).toContain("~");
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    expect(await told(ada, "/rename x", direct.id)).toContain("only a header");
    expect(await told(ada, "/kick @someone", direct.id)).not.toBe("");
  });

  it("change what the client shows", async () => {
    await told(ada, "/collapse");
    const name = "users/me/preferences/display_settings/name/collapse_previews";
    expect((await ada.request("GET", name)).body.value).toBe("true");
    await told(ada, "/expand");
    expect((await ada.request("GET", name)).body.value).toBe("false");
    expect((await run(ada, "/logout")).goto_location).toMatch(/\/login$/);
    expect(await told(ada, "/shortcuts")).toContain("does not work");
    await told(ada, "/help");
  });

  it("are offered while they are typed", async () => {
    const all = (await ada.client.getAutocompleteCommandsList(world.team.id)) as any[];
    expect(all.map(({ trigger }) => trigger)).toEqual(expect.arrayContaining(["away", "join", "msg"]));
    expect(all.map(({ trigger }) => trigger)).not.toContain("kick");
    const suggest = async (input: string) =>
      (
        await ada.client.getCommandAutocompleteSuggestionsList(input, world.team.id, {
          channel_id: world.channel.id,
        } as never)
      ).map(({ Complete }) => Complete);
    expect(await suggest("/inv")).toEqual(["invite", "invite_people"]);
    expect(await suggest("/invite @")).toEqual([]);
    const stranger = await makeUser();
    const path = `teams/${world.team.id}/commands/autocomplete`;
    expect((await stranger.request("GET", path)).status).toBe(403);
    expect((await stranger.request("GET", `${path}_suggestions?user_input=/a`)).status).toBe(403);
  });
});
