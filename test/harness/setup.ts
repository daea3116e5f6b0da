// Of every *.node.test.ts file: a violation of the API description or of an event's schema fails the test that caused it.

import { afterAll, afterEach } from "vitest";
import { sharedNode } from "./node.ts";
import { closeSockets } from "./socket.ts";
import { takeViolations, watchNode } from "./watch.ts";

watchNode(sharedNode().url);

afterEach(() => failOnViolations());
afterAll(async () => {
  await closeSockets();
  failOnViolations();
});

function failOnViolations(): void {
  const violations = [...new Set(takeViolations())];
  if (violations.length > 0) throw new Error(`The contract is violated:\n- ${violations.join("\n- ")}`);
}
