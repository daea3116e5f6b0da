import { readFileSync, rmSync } from "node:fs";
import { commandLine, end } from "../launcher/process/processes.ts";
import type { ClusterFile } from "./report.ts";

/**
 * Ends what a killed launcher left running by its cluster.json (`path`) in `dataDir`; its guards may be on their way. Only under
 * the lock of `dataDir`.
 */
export async function endOrphans(path: string, dataDir: string): Promise<void> {
  let file: ClusterFile;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return;
  }
  const ours = (pid: number | null) => {
    const command = pid ? commandLine(pid) : "";
    return command.includes(`${dataDir}/`) || command.includes(`redis-server ${new URL(file.redis).host}`);
  };
  const { postgres, launcher, ...others } = file.pids;
  const pids = [...file.nodes.map(({ pid }) => pid), ...Object.values(others)];
  await Promise.all(pids.filter(ours).map((pid) => end(pid!, [["SIGKILL", 5_000]])));
  rmSync(path, { force: true });
}
