import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../../launcher/errors.ts";
import { type Running, stop } from "../../launcher/process/processes.ts";

const READY_MS = 10_000;

interface Readiness {
  /** What it is called where it does not start. */
  name: string;
  logFile: string;
  answers(): Promise<boolean>;
}

/** The program once it answers. Throws StartError, and ends it, when it has ended or does not answer within 10 s. */
export async function whenReady(running: Running, { name, logFile, answers }: Readiness): Promise<Running> {
  let ended = "";
  running.exited.then((how) => {
    ended = how;
  });
  for (const until = Date.now() + READY_MS; !(await answers()); await sleep(20)) {
    if (!ended && Date.now() < until) continue;
    await stop(running, [["SIGKILL", 1_000]]);
    throw new StartError(`${name} did not start (${ended || "no answer"}; see ${logFile})`);
  }
  return running;
}

/** Whether anybody listens there. Asked by connecting: to try the port itself could take it from the program that is to have it. */
export function listensAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host === "*" ? "127.0.0.1" : host.replace(/^\[(.*)\]$/, "$1"), port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
