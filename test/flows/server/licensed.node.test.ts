// What the official clients are told where they ask for a feature that needs a licence of Mattermost's (client-flows 22): the
// status and the id that endpoints.tsv notes, words that can be shown, and no end of the session. What is licence-free, or
// Edgemost's own (features.ts), is served.

import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { failureOf } from "../../harness/client.ts";
import { endpoints } from "../../harness/contract/api-description.ts";
import { makeWorld, type World } from "../../harness/people.ts";
import { openTab, type Tab } from "../support/tab.ts";

let world: World;
let team: string;
let channel: string;
let post: string;
let bob: string;
let ada: Tab;
let admin: Tab;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [team, channel, bob] = [world.team.id, world.channel.id, world.users[1]!.id];
  [ada, admin] = await Promise.all([openTab(world.users[0]!), openTab(world.admin)]);
  post = (await ada.say(channel, "a message")).id;
});

type Call = () => Promise<unknown>;
const id = newId();
const user = () => ada.client;
const office = () => admin.client;

/** By the operation, as endpoints.tsv writes it: the official client's own call, by a user or from the System Console. */
const CALLS: Record<string, Call> = {
  "GET groups/{group_id}": () => user().getGroup(id),
  "POST groups": () =>
    user().createGroupWithUserIds({ name: "g", display_name: "G", source: "custom", user_ids: [] } as never),
  "GET teams/{team_id}/groups": () => user().getGroupsAssociatedToTeam(team),
  "GET teams/{team_id}/groups_by_channels": () => user().getAllGroupsAssociatedToChannelsInTeam(team),
  "GET channels/{channel_id}/groups": () => user().getAllGroupsAssociatedToChannel(channel),
  "POST users/{user_id}/posts/{post_id}/ack": () => user().acknowledgePost(post, ada.id),
  "GET data_retention/policy": () => user().getDataRetentionPolicy(),
  "GET data_retention/policies": () => office().getDataRetentionCustomPolicies(),
  "GET compliance/reports": () => office().getComplianceReports(),
  "POST ldap/test": () => office().testLdap(),
  "POST ldap/sync": () => office().syncLdap(),
  "GET ldap/groups": () => office().getLdapGroups(),
  "POST saml/metadatafromidp": () => office().getSamlMetadataFromIdp("https://idp.example.com"),
  "GET content_flagging/flag/config": () => user().getContentFlaggingConfig(),
  "GET content_flagging/team/{team_id}/status": () => user().getTeamContentFlaggingStatus(team),
  "POST content_flagging/post/{post_id}/flag": () => user().flagPost(post, "spam", ""),
  "GET ip_filtering": () => office().getIPFilters(),
  "GET ip_filtering/my_ip": () => user().getCurrentIP(),
  "POST users/{user_id}/demote": () => office().demoteUserToGuest(bob),
  "POST teams/{team_id}/invite-guests/email": () =>
    office().sendEmailGuestInvitesToChannels(team, [channel], ["x@example.com"], "come"),
  "GET remotecluster": () => office().getRemoteClusters({ excludePlugins: true } as never),
  "GET sharedchannels/{channel_id}/remotes": () => user().getSharedChannelRemoteInfos(channel),
  "PUT teams/{team_id}/scheme": () => office().updateTeamScheme(team, id),
  "POST schemes": () => office().createScheme({ name: "s", display_name: "S", scope: "team" } as never),
  "GET cloud/subscription": () => office().getSubscription(),
  "GET cloud/products": () => office().getCloudProducts(),
  "GET cloud/limits": () => user().getCloudLimits(),
  "POST reports/users/export": () => office().startUsersBatchExport({} as never),
  "GET channels/{channel_id}/moderations": () => office().getChannelModerations(channel),
  "PUT channels/{channel_id}/moderations/patch": () => office().patchChannelModerations(channel, []),
  "PUT channels/{channel_id}/scheme": () => office().updateChannelScheme(channel, id),
  "GET channels/{channel_id}/member_counts_by_group": () =>
    user().getChannelMemberCountsByGroup(channel, true),
  "GET custom_profile_attributes/fields": () => user().getCustomProfileAttributeFields(),
  "GET users/{user_id}/custom_profile_attributes": () => user().getUserCustomProfileAttributesValues(bob),
  "GET trial-license/prev": () => user().getPrevTrialLicense(),
  "POST trial-license": () => office().requestTrialLicense({ users: 10 } as never),
  "GET terms_of_service": () => user().getTermsOfService(),
  "POST posts/{post_id}/move": () => user().moveThread(post, channel),
  "GET recaps": () => user().getRecaps(),
  "GET hosted_customer/signup_available": () =>
    admin.ask("GET", "hosted_customer/signup_available").then(thrown),
  "GET system/support_packet": () => admin.ask("GET", "system/support_packet").then(thrown),
};

/** As Client4 would throw it. */
function thrown({ status, data }: { status: number; data: any }): unknown {
  if (status < 400) return data;
  throw Object.assign(new Error(data.message), { server_error_id: data.id, status_code: status });
}

/** What client-flows 22 has where the note names no status or no id. */
const STATUS: Record<string, number> = {
  "POST users/{user_id}/posts/{post_id}/ack": 501,
  "GET trial-license/prev": 403,
  "POST trial-license": 403,
  "GET terms_of_service": 404,
};

describe("asked for by the official client", () => {
  it.each(Object.entries(CALLS))("%s is refused as noted", async (name, call) => {
    const [method, path] = name.split(" ");
    const noted = endpoints.find((each) => each.method === method && each.path === `/api/v4/${path}`);
    expect([name, noted?.tier]).toEqual([name, expect.anything()]);
    const failure = await failureOf(call());
    const [, status, error] =
      /(?:^|[ :])(4\d\d|5\d\d)(?: ((?:api|app|ent)\.[\w.()|*-]+\w))?/.exec(noted!.note) ?? [];
    expect(failure.status_code).toBe(STATUS[name] ?? Number(status));
    // Some notes give one id for several operations: api.scheme.(create|patch)_scheme…, app.pap.*
    if (error)
      expect(failure.server_error_id).toMatch(
        new RegExp(`^${error.replaceAll(".", "\\.").replaceAll("*", "\\w+")}`),
      );
    expect(failure.message).toMatch(/\w+ \w+/);
  });

  it("keeps the session of who has asked", async () => {
    expect((await ada.client.getMe()).id).toBe(ada.id);
    expect((await admin.client.getMe()).id).toBe(admin.id);
  });
});

describe("what needs no licence", () => {
  it("is served: priorities, reminders, usage, limits", async () => {
    const urgent = await ada.say(channel, "urgent", {
      metadata: { priority: { priority: "urgent" } },
    } as never);
    expect(urgent.metadata.priority).toMatchObject({ priority: "urgent" });
    const soon = Math.floor(Date.now() / 1_000) + 3_600;
    expect(await ada.client.addPostReminder(ada.id, post, soon)).toEqual({ status: "OK" });
    const [posts, files, teams, limits] = await Promise.all([
      ada.client.getPostsUsage(),
      ada.client.getFilesUsage(),
      ada.client.getTeamsUsage(),
      ada.client.getServerLimits(),
    ]);
    expect([posts.count, files.bytes, teams.active]).toEqual([
      expect.any(Number),
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(limits.data).toMatchObject({ maxUsersLimit: 0, postHistoryLimit: 0 });
    expect(await ada.client.getSchemes().catch(({ status_code }) => status_code)).toBe(403);
    expect(await admin.client.getSchemes()).toEqual([]);
  });

  it("is served because Edgemost has it: bookmarks, scheduled messages", async () => {
    const link = { display_name: "Docs", link_url: "https://docs.example.com", type: "link" };
    const made = await ada.client.createChannelBookmark(channel, link as never, ada.connectionId);
    expect(made).toMatchObject({ ...link, channel_id: channel });
    const later = {
      scheduled_at: Date.now() + 3_600_000,
      channel_id: channel,
      user_id: ada.id,
      message: "later",
      root_id: "",
      props: {},
      metadata: {},
      file_ids: [],
    };
    const scheduled = await ada.client.createScheduledPost(later as never, ada.connectionId);
    expect(scheduled.data).toMatchObject({ message: "later", channel_id: channel });
    // Not told: it sent its Connection-Id.
    await ada.none("scheduled_post_created");
    await ada.none("channel_bookmark_created");
  });
});
