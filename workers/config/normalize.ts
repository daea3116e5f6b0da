import type { Config } from "./defaults/index.ts";

/** Languages of the official web client. */
const locales = new Set(
  "bg de en en-AU es fa fr hu it ja ko nl pl pt-BR ro ru sv tr uk vi zh-CN zh-TW".split(" "),
);

/** Repairs what Mattermost repairs silently (7.5). */
export function normalize(config: Config): Config {
  const { ServiceSettings: service, FileSettings: files, LocalizationSettings: language } = config;
  service.SiteURL = service.SiteURL.replace(/\/+$/, "");
  if (files.Directory && !files.Directory.endsWith("/")) files.Directory += "/";
  if (!language.EnableExperimentalLocales) {
    if (!locales.has(language.DefaultServerLocale)) language.DefaultServerLocale = "en";
    if (!locales.has(language.DefaultClientLocale)) language.DefaultClientLocale = "en";
    const available = language.AvailableLocales.split(",").map((locale) => locale.trim());
    language.AvailableLocales = available.filter((locale) => locales.has(locale)).join(",");
  }
  return config;
}
