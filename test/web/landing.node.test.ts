import { expect, test } from "vitest";
import { sharedNode } from "../harness/node.ts";

test("a browser that opens the server is told what it is", async () => {
  const { url } = sharedNode();
  const answer = await fetch(`${url}/`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/html");
  const page = await answer.text();
  expect(page).toContain("Edgemost");
  expect(page).toContain(`${url}/api/v4`);
});

test("crawlers are asked to stay away", async () => {
  const answer = await fetch(`${sharedNode().url}/robots.txt`);
  expect(await answer.text()).toBe("User-agent: *\nDisallow: /\n");
});
