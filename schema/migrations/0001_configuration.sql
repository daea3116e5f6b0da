-- By hand: IF NOT EXISTS, because a Mattermost database may hold these already; then they stay as they are.
CREATE TABLE IF NOT EXISTS "configurationfiles" (
	"name" varchar(64) PRIMARY KEY NOT NULL,
	"data" text NOT NULL,
	"createat" bigint NOT NULL,
	"updateat" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "configurations" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"createat" bigint NOT NULL,
	"active" boolean,
	"sha" char(64) DEFAULT '',
	CONSTRAINT "configurations_active_key" UNIQUE("active")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "db_config_migrations" (
	"version" bigint PRIMARY KEY NOT NULL,
	"name" varchar NOT NULL
);
--> statement-breakpoint
INSERT INTO "db_config_migrations" ("version", "name")
SELECT * FROM (VALUES (1, 'create_configurations'), (2, 'create_configuration_files'), (3, 'update_configurations_sha')) v
WHERE NOT EXISTS (SELECT FROM "db_config_migrations") AND EXISTS (
	SELECT FROM information_schema.columns
	WHERE table_schema = 'public' AND table_name = 'configurations' AND column_name = 'sha');
