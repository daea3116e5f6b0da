import { expect, it } from "vitest";
import { cookiesOf } from "../../workers/http/cookies.ts";

it("of cookies of one name, the first counts: browsers send that of the longest path first", () => {
  const request = new Request("http://a/", {
    headers: { cookie: "MMAUTHTOKEN=below; a=1; MMAUTHTOKEN=root" },
  });
  expect(cookiesOf(request)).toEqual({ MMAUTHTOKEN: "below", a: "1" });
});
