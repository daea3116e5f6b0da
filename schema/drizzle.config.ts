import { defineConfig } from "drizzle-kit";

// npx drizzle-kit generate --config schema/drizzle.config.ts --name <what_changes>
export default defineConfig({
  dialect: "postgresql",
  schema: "./schema/index.ts",
  out: "./schema/migrations",
});
