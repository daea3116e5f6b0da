import { describe, expect, test } from "vitest";
import {
  byteLength,
  removeControlCharacters,
  runeCount,
  truncateBytes,
  truncateRunes,
} from "../../workers/text/clean.ts";
import { isSystemEmoji } from "../../workers/text/emoji.ts";
import {
  isReservedTeamName,
  isValidChannelName,
  isValidEmail,
  isValidEmojiName,
  isValidTeamName,
  isValidUsername,
  passwordErrorId,
  passwordFaults,
} from "../../workers/text/names.ts";
import { expectLinear, HOSTILE } from "./growth.ts";

describe("12.3 control characters", () => {
  test("12.3 the listed characters go, others stay", () => {
    const dropped = [
      0x340, 0x341, 0x17a3, 0x17d3, 0x2028, 0x2029, 0x202a, 0x202e, 0x206a, 0x206f, 0xfff9, 0xfffc, 0xfeff,
    ];
    expect(removeControlCharacters(dropped.map((code) => `a${String.fromCharCode(code)}`).join(""))).toBe(
      "a".repeat(dropped.length),
    );
    const kept = "\u033f\u0342\u200b\u2027\u202f\u2069\u2070\ufff8\ufffd\ufefe\n\t😀";
    expect(removeControlCharacters(kept)).toBe(kept);
  });

  test("1.12 runes and bytes", () => {
    expect([runeCount(""), runeCount("aé😀"), runeCount("\ud83d\ud83d\ude00\ude00")]).toEqual([0, 3, 3]);
    expect([byteLength(""), byteLength("aé日😀"), byteLength("\ud83d")]).toEqual([0, 10, 3]);
    for (const text of ["aé日😀x", "\ud83dx\ude00", "😀😀"]) {
      expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
    }
    expect(truncateRunes("a😀b", 2)).toBe("a😀");
    expect(truncateRunes("a😀b", 9)).toBe("a😀b");
    expect(truncateRunes("a", 0)).toBe("");
    expect([0, 1, 2, 3, 5, 6, 9, 10, 99].map((bytes) => truncateBytes("aé日😀", bytes))).toEqual([
      "",
      "a",
      "a",
      "aé",
      "aé",
      "aé日",
      "aé日",
      "aé日😀",
      "aé日😀",
    ]);
  });
});

describe("names", () => {
  test("14.1 usernames", () => {
    for (const name of ["a", "a.b-c_d", "1", "here", "_", "x".repeat(64)])
      expect(isValidUsername(name)).toBe(true);
    for (const name of [
      "",
      "A",
      "é",
      "a b",
      "a@b",
      "all",
      "channel",
      "matterbot",
      "system",
      "x".repeat(65),
      "a\n",
    ]) {
      expect(isValidUsername(name)).toBe(false);
    }
  });

  test("14.1 emails", () => {
    for (const email of ["a@b.c", "a.b+c@d-e.f", "bot@localhost", "o'x@y.z", "é@é.fr"]) {
      expect(isValidEmail(email)).toBe(true);
    }
    const long = `${"a".repeat(123)}@b.cc`;
    expect([isValidEmail(long), isValidEmail(`a${long}`)]).toEqual([true, false]);
    for (const email of [
      "",
      "a",
      "@b",
      "a@",
      "a@b@c",
      "A@b.c",
      "a b@c.d",
      "<a@b.c>",
      "a <a@b.c>",
      "a@b..c",
      "a@b.",
      ".a@b",
      "a..b@c",
    ]) {
      expect(isValidEmail(email)).toBe(false);
    }
  });

  test("13.1 team names", () => {
    for (const name of ["ab", "a-b", "a--b", "a__b", "my-team1", "x".repeat(64)])
      expect(isValidTeamName(name)).toBe(true);
    for (const name of ["", "a", "-a", "a-", "a_b", "a__b__c", "a__", "a-b__c", "A1", "é1", "x".repeat(65)]) {
      expect(isValidTeamName(name)).toBe(false);
    }
    for (const name of ["admin", "apis", "channels", "posts", "plugin", "playbooks-x", "helpdesk"]) {
      expect([isReservedTeamName(name), isValidTeamName(name)]).toEqual([true, false]);
    }
  });

  test("13.1 and 12.2 agree with the patterns of the rules on all short names", () => {
    const team = /^[a-z0-9]+([a-z\-0-9]+|(__)?)[a-z0-9]+$/;
    const channel = /^[a-z0-9]+([a-z\-_0-9]+|(__)?)[a-z0-9]*$/;
    let names = [""];
    for (let length = 1; length <= 7; length++) {
      names = names.flatMap((name) => ["x", "_", "-"].map((char) => name + char));
      for (const name of names) {
        expect(isValidTeamName(name), name).toBe(name.length > 1 && team.test(name));
        expect(isValidChannelName(name), name).toBe(channel.test(name));
      }
    }
  });

  test("12.2 channel names", () => {
    const id = "a1".repeat(13);
    for (const name of ["a", "town-square", "a_b", "a-", "9", `${id}__x`, "g".repeat(40)]) {
      expect(isValidChannelName(name)).toBe(true);
    }
    for (const name of ["", "-a", "_a", "A", "a b", "x".repeat(65), `${id}__${id}`, "0f".repeat(20)]) {
      expect(isValidChannelName(name)).toBe(false);
    }
  });

  test("7.1 emoji names", () => {
    for (const name of ["+1", "A_b-c", "x".repeat(64)]) expect(isValidEmojiName(name)).toBe(true);
    for (const name of ["", "a b", ":a:", "é", "x".repeat(65)]) expect(isValidEmojiName(name)).toBe(false);
  });

  test("14.2 passwords", () => {
    const lax = { MinimumLength: 8, Lowercase: false, Uppercase: false, Number: false, Symbol: false };
    const strict = { MinimumLength: 8, Lowercase: true, Uppercase: true, Number: true, Symbol: true };
    expect(passwordFaults("12345678", lax)).toEqual([]);
    expect(passwordFaults("ééé1", lax)).toEqual(["min_length"]);
    expect(passwordFaults("éééé", lax)).toEqual([]);
    expect([passwordFaults("x".repeat(72), lax), passwordFaults("é".repeat(37), lax)]).toEqual([
      [],
      ["max_length"],
    ]);
    expect(passwordFaults("aB3 aB3 ", strict)).toEqual([]);
    expect(passwordErrorId("aB3 aB3 ", strict)).toBeNull();
    expect(passwordErrorId("é", strict)).toBe(
      "model.user.is_valid.pwd_min_length_lowercase_uppercase_number_symbol.app_error",
    );
  });

  test("7.1, 12.2, 13.1, 14.1 hostile input takes linear time", { timeout: 120_000 }, () => {
    const all = [isValidUsername, isValidEmail, isValidTeamName, isValidChannelName, isSystemEmoji];
    for (const check of [...all, isValidEmojiName, removeControlCharacters, runeCount, byteLength]) {
      for (const input of HOSTILE) expectLinear(input, check);
      expectLinear((size) => `a${"a".repeat(size)}!`, check);
      expectLinear((size) => `${"a.".repeat(size)}@`, check);
    }
  });
});

test("7.1 system emoji", () => {
  const names = [
    "smile",
    "+1",
    "thumbsup",
    "-1",
    "mattermost",
    "us",
    "flag-us",
    "melting_face",
    "hand_with_index_finger_and_thumb_crossed",
  ];
  for (const name of names) expect(isSystemEmoji(name), name).toBe(true);
  for (const tone of ["light", "medium_light", "medium", "medium_dark", "dark"]) {
    expect(isSystemEmoji(`+1_${tone}_skin_tone`)).toBe(true);
    expect(isSystemEmoji(`thumbsup_${tone}_skin_tone`)).toBe(true);
    expect(isSystemEmoji(`smile_${tone}_skin_tone`)).toBe(false);
    expect(isSystemEmoji(`handshake_${tone}_skin_tone_dark_skin_tone`)).toBe(true);
    expect(isSystemEmoji(`+1_${tone}_skin_tone_dark_skin_tone`)).toBe(false);
  }
  for (const name of ["", "nope", "Smile", ":smile:", "_dark_skin_tone", "wave/", "/", "constructor"]) {
    expect(isSystemEmoji(name), name).toBe(false);
  }
});
