import { full } from "./client/full.ts";
import { limited } from "./client/limited.ts";
import { type ClientFacts, texts, type Values } from "./client/value.ts";
import type { Config } from "./defaults/index.ts";

export type { ClientFacts };

/** GET /api/v4/config/client and the payload of config_changed (section 5): every value is text. */
export function clientConfig(config: Config, facts: ClientFacts): Record<string, string> {
  return texts({
    ...limited(config, facts),
    ...featureFlags(config),
    ...(facts.loggedIn ? full(config, facts) : {}),
  });
}

/** Keys that are "false" where Mattermost's default configuration makes them "true", with the reason. */
export const clientDepartures: Record<string, string> = {
  AllowPersistentNotifications: "no such feature: clients would offer what is refused when a message is sent",
  DiagnosticsEnabled: "else web loads telemetry, also where an imported configuration allows it",
  EnableDiagnostics: "as DiagnosticsEnabled",
  EnableBurnOnRead: "no such feature; mobile does not look at the feature flag",
  EnableGifPicker: "Mattermost's builds hold a key for GIPHY; on once GiphySdkKey is set",
  EnableMarketplace: "server plugins do not run in workerd, so there is nothing to install",
};

function featureFlags(config: Config): Values {
  const flags: Values = {};
  for (const [name, value] of Object.entries(config.FeatureFlags)) flags[`FeatureFlag${name}`] = value;
  return flags;
}
