// MetricsSettings: where Prometheus is answered.

import { StartError } from "../errors.ts";
import type { ConfigReader } from "./config-reader.ts";
import { type Listen, listenAddress } from "./listen.ts";

/** null where MetricsSettings.Enable is not set. Throws StartError for an address that is none, or the node's own port. */
export function readMetrics(config: ConfigReader, own: Listen): Listen | null {
  if (!config.flag("MetricsSettings", "Enable", false)) return null;
  const address = config.text("MetricsSettings", "ListenAddress") || ":8067";
  const listen = listenAddress(address, "MetricsSettings.ListenAddress");
  if (listen.port !== 0 && listen.port === own.port)
    throw new StartError(
      `MetricsSettings.ListenAddress must have another port than the node's own, ${own.port}`,
    );
  return listen;
}
