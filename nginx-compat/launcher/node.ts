// One node of a self-hosted cluster (docker compose). config.json (CONFIG_FILE) and MM_… variables say where PostgreSQL,
// Redis and the files are; nothing of that is embedded. Exit codes as of main.ts.

import { StartError } from "./errors.ts";
import { runLauncher } from "./run.ts";
import { readSettings } from "./settings/settings.ts";

runLauncher(() => {
  const settings = readSettings(process.env, process.cwd());
  if (!settings.databaseUrl)
    throw new StartError("SqlSettings.DataSource is not set: a node of a cluster needs a database");
  return settings;
});
