// A process with the file system, the user and the rights that a container of ours would have.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const NODE = join(import.meta.dirname, "../../node_modules/node/bin/node");

export interface ContainerOptions {
  name: string;
  /** Network namespace. */
  namespace: string;
  /** Holds the script that makes it, and where its file system is mounted. */
  dir: string;
  command: string[];
  env: Record<string, string>;
  mounts: { source: string; target: string; readOnly: boolean }[];
  tmpfs?: string[];
  /** Of the whole file system, mounts aside. */
  readOnly?: boolean;
  /** Without any right; unset: as root. */
  uid?: number;
}

export class Container {
  readonly options: ContainerOptions;
  private child: ChildProcess | null = null;
  private text = "";
  private prepared = false;
  private ended: Promise<number> = Promise.resolve(0);

  constructor(options: ContainerOptions) {
    this.options = options;
  }

  start(): void {
    const [program, args] = this.invocation(this.options.command);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on("data", (chunk) => {
        this.text += chunk;
      });
    }
    this.child = child;
    this.ended = new Promise((done) => child.on("close", (code, signal) => done(code ?? (signal ? -1 : 0))));
  }

  get pid(): number {
    return this.child!.pid!;
  }

  /** All it has printed. */
  get output(): string {
    return this.text;
  }

  /** Another command in it, as of a health check; its exit code and what it printed. */
  run(command: string[]): Promise<{ code: number; output: string }> {
    const [program, args] = this.invocation(command);
    return new Promise((done) => {
      execFile(program, args, { timeout: 60_000 }, (error, stdout, stderr) => {
        done({ code: error ? Number(error.code ?? -1) : 0, output: stdout + stderr });
      });
    });
  }

  /** Its exit code; killed when it has not ended in time. */
  async stop(graceMs: number, signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
    if (!this.child) return 0;
    this.child.kill(signal);
    const timer = setTimeout(() => this.child?.kill("SIGKILL"), graceMs);
    const code = await this.ended;
    clearTimeout(timer);
    this.child = null;
    return code;
  }

  /** Every step replaces the process, so its pid and its signals are those of the command. */
  private invocation(command: string[]): [string, string[]] {
    const { name, namespace, dir, env, uid } = this.options;
    const script = join(dir, `${name}.sh`);
    // Once: a shell reads its script bit by bit, and that of the command may still do so when a health check begins.
    if (!this.prepared) {
      mkdirSync(join(dir, `${name}.root`), { recursive: true });
      writeFileSync(script, this.script());
      this.prepared = true;
    }
    const variables = Object.entries({
      PATH: "/opt/node:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ...env,
    });
    const rights =
      uid === undefined
        ? []
        : [
            ...["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--no-new-privs"],
            ...["--bounding-set=-all", "--inh-caps=-all"],
          ];
    return [
      "ip",
      [
        ...["netns", "exec", namespace, "unshare", "--mount", "sh", "-e", script, ...rights],
        ...["env", "-i", ...variables.map(([key, value]) => `${key}=${value}`), ...command],
      ],
    ];
  }

  private script(): string {
    const { name, dir, mounts, tmpfs = [], readOnly } = this.options;
    const root = join(dir, `${name}.root`);
    const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
    const lines = ["mount --make-rprivate /", `mount -t tmpfs tmpfs ${root}`, `mkdir -p ${root}/opt/node`];
    // NGINX's own files are the image's; a user nginx, too.
    lines.push(
      `for d in usr bin sbin lib lib64 etc dev proc; do`,
      `  if [ -L /$d ]; then cp -P /$d ${root}/$d; elif [ -d /$d ]; then mkdir ${root}/$d; mount --rbind /$d ${root}/$d; fi`,
      "done",
      `cp -a /etc ${root}/etc.image; umount -l ${root}/etc; rmdir ${root}/etc; mv ${root}/etc.image ${root}/etc`,
      `rm -rf ${root}/etc/nginx/*; cat /etc/hosts > ${root}/etc/hosts`,
      `grep -q ^nginx: ${root}/etc/passwd || echo nginx:x:101:101::/:/bin/false >> ${root}/etc/passwd`,
      `grep -q ^nginx: ${root}/etc/group || echo nginx:x:101: >> ${root}/etc/group`,
      `touch ${root}/opt/node/node; mount --bind ${NODE} ${root}/opt/node/node`,
    );
    for (const path of tmpfs)
      lines.push(`mkdir -p ${root}${path}; mount -t tmpfs -o mode=1777 tmpfs ${root}${path}`);
    for (const { source, target, readOnly } of mounts) {
      const at = quote(root + target);
      lines.push(`mkdir -p ${quote(root + dirname(target))}`);
      lines.push(
        `if [ -d ${quote(source)} ]; then mkdir -p ${at}; else touch ${at}; fi; mount --bind ${quote(source)} ${at}`,
      );
      if (readOnly) lines.push(`mount -o remount,bind,ro ${at}`);
    }
    if (readOnly) lines.push(`for d in "" ${["usr", "bin", "sbin", "lib", "lib64"].join(" ")}; do`);
    if (readOnly)
      lines.push(`  mountpoint -q ${root}/$d && mount -o remount,bind,ro ${root}/$d || true`, "done");
    lines.push(`exec chroot ${root} "$@"`);
    return `${lines.join("\n")}\n`;
  }
}
