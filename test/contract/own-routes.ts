/** Routes of Edgemost's own, which Mattermost does not have: method and path, and what they are for. */
export const OWN_ROUTES: Record<string, string> = {
  "GET /api/v4/websocket": "the WebSocket; Mattermost has it too, but its API description does not list it",
  "GET /api/v4/openapi.json": "what this server serves, for programs that read such descriptions",
  "GET /api/v4/channels/{channel_id}/websocket": "follows one channel from any point of its log (DESIGN.md)",
};

/** Those that need no session. */
export const OWN_OPEN = new Set(["GET /api/v4/openapi.json"]);
