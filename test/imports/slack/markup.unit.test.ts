import { describe, expect, it } from "vitest";
import { toMarkdown } from "../../../workers/actions/imports/slack/markup.ts";
import { expectLinear } from "../../text/growth.ts";

const lookup = {
  user: (id: string) => ({ U1: "ann", U2: "bob_b" })[id],
  channel: (id: string) => ({ C1: "news-slack" })[id],
};

describe("Slack's markup", () => {
  it.each([
    ["a user", "hi <@U1>, <@U2|old.name>", "hi @ann, @bob_b"],
    ["a user who is not in the export", "<@U9|zed> <@U9>", "@zed @U9"],
    ["a channel, by its name here", "see <#C1|news> <#C2|other> <#C3>", "see ~news-slack ~other ~C3"],
    ["everybody", "<!channel> <!here|here> <!everyone>", "@channel @here @all"],
    ["a group of users", "<!subteam^S1|@devs>", "@devs"],
    ["a date", "<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"],
    ["a link", "<http://x.org/a?b=1&amp;c|the label>", "[the label](http://x.org/a?b=1&c)"],
    ["a bare link", "<http://x.org/~a/*b*/~c>", "http://x.org/~a/*b*/~c"],
    ["a link with brackets", "<http://x.org/(a)|[b]>", "[\\[b\\]](http://x.org/%28a%29)"],
    ["an address", "<mailto:a@b.org|a@b.org> <tel:123|123>", "a@b.org 123"],
    ["bold and strike", "*b* ~s~ _i_ (*two words*), *x*!", "**b** ~~s~~ _i_ (**two words**), **x**!"],
    ["bold around a link", "*<http://x|y>*", "**[y](http://x)**"],
    ["what is not bold", "2*3*4 * a * a*b", "2*3*4 * a * a*b"],
    ["bold on one line only", "*a\nb*", "*a\nb*"],
    ["escapes, once", "&lt;b&gt; &amp;lt; &amp; &quot;", "<b> &lt; & &quot;"],
    ["escaped references", "&lt;@U1&gt;", "<@U1>"],
    ["code", "`*a* &lt;` *b* ```~c~ <http://x|y>```", "`*a* <` **b** ```~c~ http://x```"],
    ["code in a label", "<http://x|`y`>", "[`y`](http://x)"],
    ["a quote", "&gt; said *so*", "> said **so**"],
    ["characters that are ours", "a\ue0000\ue001b <@U1>", "a0b @ann"],
    ["what is open", "<@U1 *a ~b `c", "<@U1 *a ~b `c"],
  ])("%s", (_, slack, markdown) => {
    expect(toMarkdown(slack, lookup)).toBe(markdown);
  });

  it("takes long texts in a time that grows as they do", { timeout: 120_000 }, () => {
    for (const part of ["*", "~", "<", "`", "``` ", "*a ", "<a|", "&", "*~`<"])
      expectLinear(
        (size) => part.repeat(size),
        (text) => toMarkdown(text, lookup),
      );
  });
});
