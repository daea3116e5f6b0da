// Every table, named as in the database. Property names are column names, lower case throughout.

export * from "./tables/index.ts";
export * from "./unused/index.ts";
export * from "./versions.ts";
export * from "./views.ts";
