// The web client's boot after login, as it asks the server (client-flows 6, then 7 for the channel it opens).

export interface BootRequest {
  method: "GET" | "POST" | "PUT";
  /** Without its leading slash, below /api/v4/. */
  path: string;
  body?: unknown;
  /** Where another answer than a success is the right one. */
  status?: number;
}

/** What a client knows or learns in the course of its boot. */
export interface BootFacts {
  userId: string;
  teamId: string;
  teamName: string;
  /** The channel that it opens. */
  channelId: string;
  channelName: string;
  /** Users whom its sidebar and that channel show. */
  people: string[];
  /** Group channels in its sidebar. */
  groups: string[];
  /** Unread channels; they are prefetched where there are at most 20. */
  unread: string[];
  roles: string[];
  timezone: string;
}

/** What the client has in flight at once while it prefetches. */
const PREFETCHES = 2;
const PREFETCH_UP_TO = 20;

/** The requests in the client's order: each inner list goes out together, once the one before has been answered. */
export function bootRequests(facts: BootFacts): BootRequest[][] {
  const { userId, teamId, channelId } = facts;
  const get = (path: string, status?: number): BootRequest => ({
    method: "GET",
    path,
    ...(status === undefined ? {} : { status }),
  });
  const put = (path: string, body: unknown): BootRequest => ({ method: "PUT", path, body });
  const post = (path: string, body: unknown): BootRequest => ({ method: "POST", path, body });
  const around = (id: string) =>
    get(
      `users/${userId}/channels/${id}/posts/unread?limit_after=30&limit_before=30&skipFetchThreads=false&collapsedThreads=true&collapsedThreadsExtended=false`,
    );
  const prefetched = facts.unread.length <= PREFETCH_UP_TO ? facts.unread : [];
  return [
    [get("config/client?format=old"), get("license/client?format=old")],
    [get("users/me"), get("users/me/preferences"), get("users/me/teams"), get("users/me/teams/members")],
    [get("users/me/teams/unread?include_collapsed_threads=true"), get("limits/server")],
    [get("plugins/webapp"), post("roles/names", facts.roles)],
    [get(`users/me/teams/${teamId}/channels`), get(`users/me/teams/${teamId}/channels/members`)],
    [
      get(`teams/name/${facts.teamName}/channels/name/${facts.channelName}?include_deleted=true`),
      get(`posts/scheduled/team/${teamId}?includeDirectChannels=true`),
      put("users/me/patch", {
        timezone: {
          useAutomaticTimezone: "true",
          automaticTimezone: facts.timezone,
          manualTimezone: "",
        },
      }),
      get("trial-license/prev", 403),
      get(`users/${userId}/channel_members?page=-1&per_page=60`),
      get("users/me/channels"),
    ],
    [
      get(`users/${userId}/teams/${teamId}/channels/categories`),
      get(`users/me/teams/${teamId}/drafts`),
      get(
        `users/${userId}/teams/${teamId}/threads?totalsOnly=true&threadsOnly=false&extended=false&unread=false&deleted=false&before=&after=&since=0`,
      ),
      get(`system/notices/${teamId}?client=web&clientVersion=11.6.0`),
      get("agents/status"),
    ],
    [
      around(channelId),
      get(`channels/${channelId}/stats`),
      post("channels/members/me/view", { channel_id: channelId, collapsed_threads_supported: true }),
      post("users/ids", facts.people),
      post("users/status/ids", [userId, ...facts.people]),
      ...(facts.groups.length > 0 ? [post("users/group_channels", facts.groups)] : []),
    ],
    ...Array.from({ length: Math.ceil(prefetched.length / PREFETCHES) }, (_, i) =>
      prefetched.slice(i * PREFETCHES, (i + 1) * PREFETCHES).map(around),
    ),
    [
      put(`users/${userId}/preferences`, [
        { user_id: userId, category: "tutorial_step", name: userId, value: "999" },
        { user_id: userId, category: "recommended_next_steps", name: "hide", value: "true" },
      ]),
    ],
  ];
}
