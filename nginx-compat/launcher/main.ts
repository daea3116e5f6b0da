// npm start: one node on this machine. Exit codes: 0 stopped as asked, 1 could not start or keep running.

import { runLauncher } from "./run.ts";
import { readSettings } from "./settings/settings.ts";

runLauncher(() => readSettings(process.env, process.cwd()));
