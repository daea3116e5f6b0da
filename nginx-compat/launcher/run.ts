import { Launcher } from "./launcher.ts";
import { runProcess } from "./process/run-process.ts";
import type { Settings } from "./settings/settings.ts";

/** A launcher as a process. Ends the process: 0 stopped as asked, 1 could not start or keep running. */
export function runLauncher(read: () => Settings): void {
  runProcess((giveUp) => {
    const launcher = new Launcher({ settings: read(), log: (line) => console.log(line), giveUp });
    return {
      start: async () => `Edgemost is ready at ${await launcher.start()}`,
      stop: () => launcher.stop(),
      force: () => launcher.force(),
    };
  });
}
