// Reads our Dockerfile: stages and their instructions.

import { readFileSync } from "node:fs";

export interface Instruction {
  name: string;
  rest: string;
}

export interface Stage {
  from: string;
  as: string | null;
  instructions: Instruction[];
}

export function readDockerfile(path: string): Stage[] {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim());
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (name === "FROM") {
      const [from = "", , as = null] = rest.split(/\s+/);
      stages.push({ from, as, instructions: [] });
    } else stages.at(-1)!.instructions.push({ name, rest: rest.replace(/\s+/g, " ") });
  }
  return stages;
}

export function all(stage: Stage, name: string): string[] {
  return stage.instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
}

/** The last one, in its JSON form. */
export function command(stage: Stage, name: "CMD" | "HEALTHCHECK"): string[] {
  const text = all(stage, name).at(-1) ?? "[]";
  return JSON.parse(text.slice(text.indexOf("[")));
}

export function environment(stage: Stage): Record<string, string> {
  const pairs = all(stage, "ENV").flatMap((rest) => rest.split(" "));
  return Object.fromEntries(pairs.map((pair) => pair.split("=") as [string, string]));
}
