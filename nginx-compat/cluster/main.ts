// npm run cluster: several nodes on this machine behind NGINX. Exit codes: 0 stopped as asked, 1 could not start.

import { runProcess } from "../launcher/process/run-process.ts";
import { Cluster } from "./cluster.ts";
import { readClusterSettings } from "./settings.ts";

runProcess(
  () => {
    const settings = readClusterSettings(process.argv.slice(2), process.env, process.cwd());
    const cluster = new Cluster(settings, (line) => console.log(line));
    return {
      async start() {
        const { url, table } = await cluster.start();
        return `${table}\nEdgemost is ready at ${url}`;
      },
      stop: () => cluster.stop(),
      force: () => cluster.force(),
    };
  },
  { endWithStdin: Boolean(process.env.END_WITH_STDIN) },
);
