CREATE TYPE "public"."channel_bookmark_type" AS ENUM('link', 'file');--> statement-breakpoint
CREATE TYPE "public"."channel_type" AS ENUM('P', 'G', 'O', 'D');--> statement-breakpoint
CREATE TYPE "public"."upload_session_type" AS ENUM('attachment', 'import');--> statement-breakpoint
CREATE TYPE "public"."team_type" AS ENUM('I', 'O');--> statement-breakpoint
CREATE TYPE "public"."outgoingoauthconnections_granttype" AS ENUM('client_credentials', 'password');--> statement-breakpoint
CREATE TYPE "public"."property_field_type" AS ENUM('text', 'select', 'multiselect', 'date', 'user', 'multiuser');--> statement-breakpoint
CREATE TABLE "channelbookmarks" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"ownerid" varchar(26) NOT NULL,
	"channelid" varchar(26) NOT NULL,
	"fileinfoid" varchar(26) DEFAULT NULL,
	"createat" bigint DEFAULT 0,
	"updateat" bigint DEFAULT 0,
	"deleteat" bigint DEFAULT 0,
	"displayname" text DEFAULT '',
	"sortorder" integer DEFAULT 0,
	"linkurl" text,
	"imageurl" text,
	"emoji" varchar(64) DEFAULT NULL,
	"type" "channel_bookmark_type" DEFAULT 'link',
	"originalid" varchar(26) DEFAULT NULL,
	"parentid" varchar(26) DEFAULT NULL
);
--> statement-breakpoint
CREATE TABLE "channelmemberhistory" (
	"channelid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"jointime" bigint NOT NULL,
	"leavetime" bigint,
	CONSTRAINT "channelmemberhistory_pkey" PRIMARY KEY("channelid","userid","jointime")
);
--> statement-breakpoint
CREATE TABLE "channelmembers" (
	"channelid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"roles" varchar(256),
	"lastviewedat" bigint,
	"msgcount" bigint,
	"mentioncount" bigint,
	"notifyprops" jsonb,
	"lastupdateat" bigint,
	"schemeuser" boolean,
	"schemeadmin" boolean,
	"schemeguest" boolean,
	"mentioncountroot" bigint,
	"msgcountroot" bigint,
	"urgentmentioncount" bigint,
	"autotranslation" boolean DEFAULT false NOT NULL,
	"autotranslationdisabled" boolean DEFAULT false NOT NULL,
	CONSTRAINT "channelmembers_pkey" PRIMARY KEY("channelid","userid")
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"teamid" varchar(26),
	"type" "channel_type",
	"displayname" varchar(64),
	"name" varchar(64),
	"header" varchar(1024),
	"purpose" varchar(250),
	"lastpostat" bigint,
	"totalmsgcount" bigint,
	"extraupdateat" bigint,
	"creatorid" varchar(26),
	"schemeid" varchar(26),
	"groupconstrained" boolean,
	"shared" boolean,
	"totalmsgcountroot" bigint,
	"lastrootpostat" bigint DEFAULT '0',
	"bannerinfo" jsonb,
	"defaultcategoryname" varchar(64) DEFAULT '' NOT NULL,
	"autotranslation" boolean DEFAULT false NOT NULL,
	CONSTRAINT "channels_name_teamid_key" UNIQUE("name","teamid")
);
--> statement-breakpoint
CREATE TABLE "publicchannels" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"deleteat" bigint,
	"teamid" varchar(26),
	"displayname" varchar(64),
	"name" varchar(64),
	"header" varchar(1024),
	"purpose" varchar(250),
	CONSTRAINT "publicchannels_name_teamid_key" UNIQUE("name","teamid")
);
--> statement-breakpoint
CREATE TABLE "fileinfo" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"creatorid" varchar(26),
	"postid" varchar(26),
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"path" varchar(512),
	"thumbnailpath" varchar(512),
	"previewpath" varchar(512),
	"name" varchar(256),
	"extension" varchar(64),
	"size" bigint,
	"mimetype" varchar(256),
	"width" integer,
	"height" integer,
	"haspreviewimage" boolean,
	"minipreview" "bytea",
	"content" text,
	"remoteid" varchar(26),
	"archived" boolean DEFAULT false NOT NULL,
	"channelid" varchar(26)
);
--> statement-breakpoint
CREATE TABLE "linkmetadata" (
	"hash" bigint PRIMARY KEY NOT NULL,
	"url" varchar(2048),
	"timestamp" bigint,
	"type" varchar(16),
	"data" jsonb
);
--> statement-breakpoint
CREATE TABLE "uploadsessions" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"type" "upload_session_type",
	"createat" bigint,
	"userid" varchar(26),
	"channelid" varchar(26),
	"filename" varchar(256),
	"path" varchar(512),
	"filesize" bigint,
	"fileoffset" bigint,
	"remoteid" varchar(26),
	"reqfileid" varchar(26)
);
--> statement-breakpoint
CREATE TABLE "bots" (
	"userid" varchar(26) PRIMARY KEY NOT NULL,
	"description" varchar(1024),
	"ownerid" varchar(190),
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"lasticonupdate" bigint
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"token" varchar(26),
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"creatorid" varchar(26),
	"teamid" varchar(26),
	"trigger" varchar(128),
	"method" varchar(1),
	"username" varchar(64),
	"iconurl" varchar(1024),
	"autocomplete" boolean,
	"autocompletedesc" varchar(1024),
	"autocompletehint" varchar(1024),
	"displayname" varchar(64),
	"description" varchar(128),
	"url" varchar(1024),
	"pluginid" varchar(190)
);
--> statement-breakpoint
CREATE TABLE "commandwebhooks" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"commandid" varchar(26),
	"userid" varchar(26),
	"channelid" varchar(26),
	"rootid" varchar(26),
	"usecount" integer
);
--> statement-breakpoint
CREATE TABLE "emoji" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"creatorid" varchar(26),
	"name" varchar(64),
	CONSTRAINT "emoji_name_deleteat_key" UNIQUE("name","deleteat")
);
--> statement-breakpoint
CREATE TABLE "incomingwebhooks" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"userid" varchar(26),
	"channelid" varchar(26),
	"teamid" varchar(26),
	"displayname" varchar(64),
	"description" varchar(500),
	"username" varchar(255),
	"iconurl" varchar(1024),
	"channellocked" boolean
);
--> statement-breakpoint
CREATE TABLE "outgoingwebhooks" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"token" varchar(26),
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"creatorid" varchar(26),
	"channelid" varchar(26),
	"teamid" varchar(26),
	"triggerwords" varchar(1024),
	"callbackurls" varchar(1024),
	"displayname" varchar(64),
	"contenttype" varchar(128),
	"triggerwhen" integer,
	"username" varchar(64),
	"iconurl" varchar(1024),
	"description" varchar(500)
);
--> statement-breakpoint
CREATE TABLE "oauthaccessdata" (
	"token" varchar(26) PRIMARY KEY NOT NULL,
	"refreshtoken" varchar(26),
	"redirecturi" varchar(256),
	"clientid" varchar(26),
	"userid" varchar(26),
	"expiresat" bigint,
	"scope" varchar(128),
	"audience" varchar(512) DEFAULT '',
	CONSTRAINT "oauthaccessdata_clientid_userid_key" UNIQUE("clientid","userid")
);
--> statement-breakpoint
CREATE TABLE "oauthapps" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"creatorid" varchar(26),
	"createat" bigint,
	"updateat" bigint,
	"clientsecret" varchar(128),
	"name" varchar(64),
	"description" varchar(512),
	"callbackurls" varchar(1024),
	"homepage" varchar(256),
	"istrusted" boolean,
	"iconurl" varchar(512),
	"mattermostappid" varchar(32) DEFAULT '' NOT NULL,
	"isdynamicallyregistered" boolean DEFAULT false
);
--> statement-breakpoint
CREATE TABLE "oauthauthdata" (
	"clientid" varchar(26),
	"userid" varchar(26),
	"code" varchar(128) PRIMARY KEY NOT NULL,
	"expiresin" integer,
	"createat" bigint,
	"redirecturi" varchar(256),
	"state" varchar(1024),
	"scope" varchar(128),
	"codechallenge" varchar(128) DEFAULT '',
	"codechallengemethod" varchar(10) DEFAULT '',
	"resource" varchar(512) DEFAULT ''
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"userid" varchar(26) NOT NULL,
	"channelid" varchar(26) NOT NULL,
	"rootid" varchar(26) DEFAULT '' NOT NULL,
	"message" varchar(65535),
	"props" varchar(8000),
	"fileids" varchar(300),
	"priority" text,
	"type" text,
	CONSTRAINT "drafts_pkey" PRIMARY KEY("userid","channelid","rootid")
);
--> statement-breakpoint
CREATE TABLE "persistentnotifications" (
	"postid" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"lastsentat" bigint,
	"deleteat" bigint,
	"sentcount" smallint
);
--> statement-breakpoint
CREATE TABLE "postacknowledgements" (
	"postid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"acknowledgedat" bigint,
	"remoteid" varchar(26) DEFAULT '',
	"channelid" varchar(26) DEFAULT '',
	CONSTRAINT "postacknowledgements_pkey" PRIMARY KEY("postid","userid")
);
--> statement-breakpoint
CREATE TABLE "postreminders" (
	"postid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"targettime" bigint,
	CONSTRAINT "postreminders_pkey" PRIMARY KEY("postid","userid")
);
--> statement-breakpoint
CREATE TABLE "posts" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"userid" varchar(26),
	"channelid" varchar(26),
	"rootid" varchar(26),
	"originalid" varchar(26),
	"message" varchar(65535),
	"type" varchar(26),
	"props" jsonb,
	"hashtags" varchar(1000),
	"filenames" varchar(4000),
	"fileids" varchar(300),
	"hasreactions" boolean,
	"editat" bigint,
	"ispinned" boolean,
	"remoteid" varchar(26)
);
--> statement-breakpoint
CREATE TABLE "postspriority" (
	"postid" varchar(26) PRIMARY KEY NOT NULL,
	"channelid" varchar(26) NOT NULL,
	"priority" varchar(32) NOT NULL,
	"requestedack" boolean,
	"persistentnotifications" boolean
);
--> statement-breakpoint
CREATE TABLE "reactions" (
	"userid" varchar(26) NOT NULL,
	"postid" varchar(26) NOT NULL,
	"emojiname" varchar(64) NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"remoteid" varchar(26),
	"channelid" varchar(26) DEFAULT '' NOT NULL,
	CONSTRAINT "reactions_pkey" PRIMARY KEY("postid","userid","emojiname")
);
--> statement-breakpoint
CREATE TABLE "scheduledposts" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"userid" varchar(26) NOT NULL,
	"channelid" varchar(26) NOT NULL,
	"rootid" varchar(26),
	"message" varchar(65535),
	"props" varchar(8000),
	"fileids" varchar(300),
	"priority" text,
	"scheduledat" bigint NOT NULL,
	"processedat" bigint,
	"errorcode" varchar(200),
	"type" text
);
--> statement-breakpoint
CREATE TABLE "preferences" (
	"userid" varchar(26) NOT NULL,
	"category" varchar(32) NOT NULL,
	"name" varchar(32) NOT NULL,
	"value" text,
	CONSTRAINT "preferences_pkey" PRIMARY KEY("userid","category","name")
);
--> statement-breakpoint
CREATE TABLE "sidebarcategories" (
	"id" varchar(128) PRIMARY KEY NOT NULL,
	"userid" varchar(26),
	"teamid" varchar(26),
	"sortorder" bigint,
	"sorting" varchar(64),
	"type" varchar(64),
	"displayname" varchar(64),
	"muted" boolean,
	"collapsed" boolean
);
--> statement-breakpoint
CREATE TABLE "sidebarchannels" (
	"channelid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"categoryid" varchar(128) NOT NULL,
	"sortorder" bigint,
	CONSTRAINT "sidebarchannels_pkey" PRIMARY KEY("channelid","userid","categoryid")
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"name" varchar(64),
	"displayname" varchar(128),
	"description" varchar(1024),
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"permissions" text,
	"schememanaged" boolean,
	"builtin" boolean,
	"schemeid" varchar(26),
	CONSTRAINT "roles_name_key" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "schemes" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"name" varchar(64),
	"displayname" varchar(128),
	"description" varchar(1024),
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"scope" varchar(32),
	"defaultteamadminrole" varchar(64),
	"defaultteamuserrole" varchar(64),
	"defaultchanneladminrole" varchar(64),
	"defaultchanneluserrole" varchar(64),
	"defaultteamguestrole" varchar(64),
	"defaultchannelguestrole" varchar(64),
	"defaultplaybookadminrole" varchar(64) DEFAULT '',
	"defaultplaybookmemberrole" varchar(64) DEFAULT '',
	"defaultrunadminrole" varchar(64) DEFAULT '',
	"defaultrunmemberrole" varchar(64) DEFAULT '',
	CONSTRAINT "schemes_name_key" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "desktoptokens" (
	"token" varchar(64) PRIMARY KEY NOT NULL,
	"createat" bigint NOT NULL,
	"userid" varchar(26) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"token" varchar(26),
	"createat" bigint,
	"expiresat" bigint,
	"lastactivityat" bigint,
	"userid" varchar(26),
	"deviceid" varchar(512),
	"roles" varchar(256),
	"isoauth" boolean,
	"props" jsonb,
	"expirednotify" boolean
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"token" varchar(64) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"type" varchar(64),
	"extra" varchar(2048)
);
--> statement-breakpoint
CREATE TABLE "useraccesstokens" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"token" varchar(26),
	"userid" varchar(26),
	"description" varchar(512),
	"isactive" boolean,
	CONSTRAINT "useraccesstokens_token_key" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "audits" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"userid" varchar(26),
	"action" varchar(512),
	"extrainfo" varchar(1024),
	"ipaddress" varchar(64),
	"sessionid" varchar(26)
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"type" varchar(32),
	"priority" bigint,
	"createat" bigint,
	"startat" bigint,
	"lastactivityat" bigint,
	"status" varchar(32),
	"progress" bigint,
	"data" jsonb
);
--> statement-breakpoint
CREATE TABLE "licenses" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"bytes" varchar(10000)
);
--> statement-breakpoint
CREATE TABLE "pluginkeyvaluestore" (
	"pluginid" varchar(190) NOT NULL,
	"pkey" varchar(150) NOT NULL,
	"pvalue" "bytea",
	"expireat" bigint,
	CONSTRAINT "pluginkeyvaluestore_pkey" PRIMARY KEY("pluginid","pkey")
);
--> statement-breakpoint
CREATE TABLE "productnoticeviewstate" (
	"userid" varchar(26) NOT NULL,
	"noticeid" varchar(26) NOT NULL,
	"viewed" integer,
	"timestamp" bigint,
	CONSTRAINT "productnoticeviewstate_pkey" PRIMARY KEY("userid","noticeid")
);
--> statement-breakpoint
CREATE TABLE "systems" (
	"name" varchar(64) PRIMARY KEY NOT NULL,
	"value" varchar(1024)
);
--> statement-breakpoint
CREATE TABLE "teammembers" (
	"teamid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"roles" varchar(256),
	"deleteat" bigint,
	"schemeuser" boolean,
	"schemeadmin" boolean,
	"schemeguest" boolean,
	"createat" bigint DEFAULT 0,
	CONSTRAINT "teammembers_pkey" PRIMARY KEY("teamid","userid")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"displayname" varchar(64),
	"name" varchar(64),
	"description" varchar(255),
	"email" varchar(128),
	"type" "team_type",
	"companyname" varchar(64),
	"alloweddomains" varchar(1000),
	"inviteid" varchar(32),
	"schemeid" varchar(26),
	"allowopeninvite" boolean,
	"lastteamiconupdate" bigint,
	"groupconstrained" boolean,
	"cloudlimitsarchived" boolean DEFAULT false NOT NULL,
	CONSTRAINT "teams_name_key" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "threadmemberships" (
	"postid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"following" boolean,
	"lastviewed" bigint,
	"lastupdated" bigint,
	"unreadmentions" bigint,
	CONSTRAINT "threadmemberships_pkey" PRIMARY KEY("postid","userid")
);
--> statement-breakpoint
CREATE TABLE "threads" (
	"postid" varchar(26) PRIMARY KEY NOT NULL,
	"replycount" bigint,
	"lastreplyat" bigint,
	"participants" jsonb,
	"channelid" varchar(26),
	"threaddeleteat" bigint,
	"threadteamid" varchar(26)
);
--> statement-breakpoint
CREATE TABLE "status" (
	"userid" varchar(26) PRIMARY KEY NOT NULL,
	"status" varchar(32),
	"manual" boolean,
	"lastactivityat" bigint,
	"dndendtime" bigint,
	"prevstatus" varchar(32)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"username" varchar(64),
	"password" varchar(128),
	"authdata" varchar(128),
	"authservice" varchar(32),
	"email" varchar(128),
	"emailverified" boolean,
	"nickname" varchar(64),
	"firstname" varchar(64),
	"lastname" varchar(64),
	"roles" varchar(256),
	"allowmarketing" boolean,
	"props" jsonb,
	"notifyprops" jsonb,
	"lastpasswordupdate" bigint,
	"lastpictureupdate" bigint,
	"failedattempts" integer,
	"locale" varchar(5),
	"mfaactive" boolean,
	"mfasecret" varchar(128),
	"position" varchar(128),
	"timezone" jsonb,
	"remoteid" varchar(26),
	"lastlogin" bigint DEFAULT 0 NOT NULL,
	"mfausedtimestamps" jsonb,
	CONSTRAINT "users_authdata_key" UNIQUE("authdata"),
	CONSTRAINT "users_email_key" UNIQUE("email"),
	CONSTRAINT "users_username_key" UNIQUE("username")
);
--> statement-breakpoint
CREATE TABLE "clusterdiscovery" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"type" varchar(64),
	"clustername" varchar(64),
	"hostname" varchar(512),
	"gossipport" integer,
	"port" integer,
	"createat" bigint,
	"lastpingat" bigint
);
--> statement-breakpoint
CREATE TABLE "compliances" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"userid" varchar(26),
	"status" varchar(64),
	"count" integer,
	"desc" varchar(512),
	"type" varchar(64),
	"startat" bigint,
	"endat" bigint,
	"keywords" varchar(512),
	"emails" varchar(1024)
);
--> statement-breakpoint
CREATE TABLE "notifyadmin" (
	"userid" varchar(26) NOT NULL,
	"createat" bigint,
	"requiredplan" varchar(100) NOT NULL,
	"requiredfeature" varchar(255) NOT NULL,
	"trial" boolean NOT NULL,
	"sentat" bigint,
	CONSTRAINT "notifyadmin_pkey" PRIMARY KEY("userid","requiredfeature","requiredplan")
);
--> statement-breakpoint
CREATE TABLE "outgoingoauthconnections" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"name" varchar(64),
	"creatorid" varchar(26),
	"createat" bigint,
	"updateat" bigint,
	"clientid" varchar(255),
	"clientsecret" varchar(255),
	"credentialsusername" varchar(255),
	"credentialspassword" varchar(255),
	"oauthtokenurl" text,
	"granttype" "outgoingoauthconnections_granttype" DEFAULT 'client_credentials',
	"audiences" varchar(1024)
);
--> statement-breakpoint
CREATE TABLE "recentsearches" (
	"userid" char(26) NOT NULL,
	"searchpointer" integer NOT NULL,
	"query" jsonb,
	"createat" bigint NOT NULL,
	CONSTRAINT "recentsearches_pkey" PRIMARY KEY("userid","searchpointer")
);
--> statement-breakpoint
CREATE TABLE "termsofservice" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"createat" bigint,
	"userid" varchar(26),
	"text" varchar(65535)
);
--> statement-breakpoint
CREATE TABLE "usertermsofservice" (
	"userid" varchar(26) PRIMARY KEY NOT NULL,
	"termsofserviceid" varchar(26),
	"createat" bigint
);
--> statement-breakpoint
CREATE TABLE "groupchannels" (
	"groupid" varchar(26) NOT NULL,
	"autoadd" boolean,
	"schemeadmin" boolean,
	"createat" bigint,
	"deleteat" bigint,
	"updateat" bigint,
	"channelid" varchar(26) NOT NULL,
	CONSTRAINT "groupchannels_pkey" PRIMARY KEY("groupid","channelid")
);
--> statement-breakpoint
CREATE TABLE "groupmembers" (
	"groupid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"createat" bigint,
	"deleteat" bigint,
	CONSTRAINT "groupmembers_pkey" PRIMARY KEY("groupid","userid")
);
--> statement-breakpoint
CREATE TABLE "groupteams" (
	"groupid" varchar(26) NOT NULL,
	"autoadd" boolean,
	"schemeadmin" boolean,
	"createat" bigint,
	"deleteat" bigint,
	"updateat" bigint,
	"teamid" varchar(26) NOT NULL,
	CONSTRAINT "groupteams_pkey" PRIMARY KEY("groupid","teamid")
);
--> statement-breakpoint
CREATE TABLE "usergroups" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"name" varchar(64),
	"displayname" varchar(128),
	"description" varchar(1024),
	"source" varchar(64),
	"remoteid" varchar(48),
	"createat" bigint,
	"updateat" bigint,
	"deleteat" bigint,
	"allowreference" boolean,
	CONSTRAINT "usergroups_name_key" UNIQUE("name"),
	CONSTRAINT "usergroups_source_remoteid_key" UNIQUE("source","remoteid")
);
--> statement-breakpoint
CREATE TABLE "readreceipts" (
	"postid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	"expireat" bigint NOT NULL,
	CONSTRAINT "readreceipts_pkey" PRIMARY KEY("postid","userid")
);
--> statement-breakpoint
CREATE TABLE "recapchannels" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"recapid" varchar(26) NOT NULL,
	"channelid" varchar(26) NOT NULL,
	"channelname" varchar(64) NOT NULL,
	"highlights" text,
	"actionitems" text,
	"sourcepostids" text,
	"createat" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recaps" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"userid" varchar(26) NOT NULL,
	"title" varchar(255) NOT NULL,
	"createat" bigint NOT NULL,
	"updateat" bigint NOT NULL,
	"deleteat" bigint NOT NULL,
	"totalmessagecount" integer NOT NULL,
	"status" varchar(32) NOT NULL,
	"readat" bigint DEFAULT 0 NOT NULL,
	"botid" varchar(26) DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "temporaryposts" (
	"postid" varchar(26) PRIMARY KEY NOT NULL,
	"type" varchar(26) NOT NULL,
	"expireat" bigint NOT NULL,
	"message" varchar(65535),
	"fileids" varchar(300)
);
--> statement-breakpoint
CREATE TABLE "translations" (
	"objectid" varchar(26) NOT NULL,
	"dstlang" varchar NOT NULL,
	"objecttype" varchar NOT NULL,
	"providerid" varchar NOT NULL,
	"normhash" char(64) NOT NULL,
	"text" text NOT NULL,
	"confidence" real,
	"meta" jsonb,
	"updateat" bigint NOT NULL,
	"state" varchar(20) NOT NULL,
	"channelid" varchar(26),
	CONSTRAINT "translations_pkey" PRIMARY KEY("objectid","objecttype","dstlang")
);
--> statement-breakpoint
CREATE TABLE "accesscontrolpolicies" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"name" varchar(128) NOT NULL,
	"type" varchar(128) NOT NULL,
	"active" boolean NOT NULL,
	"createat" bigint NOT NULL,
	"revision" integer NOT NULL,
	"version" varchar(8) NOT NULL,
	"data" jsonb,
	"props" jsonb
);
--> statement-breakpoint
CREATE TABLE "accesscontrolpolicyhistory" (
	"id" varchar(26) NOT NULL,
	"name" varchar(128) NOT NULL,
	"type" varchar(128) NOT NULL,
	"createat" bigint NOT NULL,
	"revision" integer NOT NULL,
	"version" varchar(8) NOT NULL,
	"data" jsonb,
	"props" jsonb,
	CONSTRAINT "accesscontrolpolicyhistory_pkey" PRIMARY KEY("id","revision")
);
--> statement-breakpoint
CREATE TABLE "contentflaggingcommonreviewers" (
	"userid" varchar(26) PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contentflaggingteamreviewers" (
	"teamid" varchar(26) NOT NULL,
	"userid" varchar(26) NOT NULL,
	CONSTRAINT "contentflaggingteamreviewers_pkey" PRIMARY KEY("teamid","userid")
);
--> statement-breakpoint
CREATE TABLE "contentflaggingteamsettings" (
	"teamid" varchar(26) PRIMARY KEY NOT NULL,
	"enabled" boolean
);
--> statement-breakpoint
CREATE TABLE "propertyfields" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"groupid" varchar(26) NOT NULL,
	"name" varchar(255) NOT NULL,
	"type" "property_field_type",
	"attrs" jsonb,
	"targetid" varchar(255),
	"targettype" varchar(255),
	"createat" bigint NOT NULL,
	"updateat" bigint NOT NULL,
	"deleteat" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "propertygroups" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"name" varchar(64) NOT NULL,
	CONSTRAINT "propertygroups_name_key" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "propertyvalues" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"targetid" varchar(255) NOT NULL,
	"targettype" varchar(255) NOT NULL,
	"groupid" varchar(26) NOT NULL,
	"fieldid" varchar(26) NOT NULL,
	"value" jsonb NOT NULL,
	"createat" bigint NOT NULL,
	"updateat" bigint NOT NULL,
	"deleteat" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retentionidsfordeletion" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"tablename" varchar(64),
	"ids" varchar(26)[]
);
--> statement-breakpoint
CREATE TABLE "retentionpolicies" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"displayname" varchar(64),
	"postduration" bigint
);
--> statement-breakpoint
CREATE TABLE "retentionpolicieschannels" (
	"policyid" varchar(26),
	"channelid" varchar(26) PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retentionpoliciesteams" (
	"policyid" varchar(26),
	"teamid" varchar(26) PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "remoteclusters" (
	"remoteid" varchar(26) NOT NULL,
	"remoteteamid" varchar(26),
	"name" varchar(64) NOT NULL,
	"displayname" varchar(64),
	"siteurl" varchar(512),
	"createat" bigint,
	"lastpingat" bigint,
	"token" varchar(26),
	"remotetoken" varchar(26),
	"topics" varchar(512),
	"creatorid" varchar(26),
	"pluginid" varchar(190) DEFAULT '' NOT NULL,
	"options" smallint DEFAULT 0 NOT NULL,
	"defaultteamid" varchar(26) DEFAULT '',
	"deleteat" bigint DEFAULT 0,
	"lastglobalusersyncat" bigint DEFAULT 0,
	CONSTRAINT "remoteclusters_pkey" PRIMARY KEY("remoteid","name")
);
--> statement-breakpoint
CREATE TABLE "sharedchannelattachments" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"fileid" varchar(26),
	"remoteid" varchar(26),
	"createat" bigint,
	"lastsyncat" bigint,
	CONSTRAINT "sharedchannelattachments_fileid_remoteid_key" UNIQUE("fileid","remoteid")
);
--> statement-breakpoint
CREATE TABLE "sharedchannelremotes" (
	"id" varchar(26) NOT NULL,
	"channelid" varchar(26) NOT NULL,
	"creatorid" varchar(26),
	"createat" bigint,
	"updateat" bigint,
	"isinviteaccepted" boolean,
	"isinviteconfirmed" boolean,
	"remoteid" varchar(26),
	"lastpostupdateat" bigint,
	"lastpostid" varchar(26),
	"lastpostcreateat" bigint DEFAULT 0 NOT NULL,
	"lastpostcreateid" varchar(26),
	"deleteat" bigint DEFAULT 0,
	"lastmemberssyncat" bigint DEFAULT 0,
	CONSTRAINT "sharedchannelremotes_pkey" PRIMARY KEY("id","channelid"),
	CONSTRAINT "sharedchannelremotes_channelid_remoteid_key" UNIQUE("channelid","remoteid")
);
--> statement-breakpoint
CREATE TABLE "sharedchannels" (
	"channelid" varchar(26) PRIMARY KEY NOT NULL,
	"teamid" varchar(26),
	"home" boolean,
	"readonly" boolean,
	"sharename" varchar(64),
	"sharedisplayname" varchar(64),
	"sharepurpose" varchar(250),
	"shareheader" varchar(1024),
	"creatorid" varchar(26),
	"createat" bigint,
	"updateat" bigint,
	"remoteid" varchar(26),
	CONSTRAINT "sharedchannels_sharename_teamid_key" UNIQUE("sharename","teamid")
);
--> statement-breakpoint
CREATE TABLE "sharedchannelusers" (
	"id" varchar(26) PRIMARY KEY NOT NULL,
	"userid" varchar(26),
	"remoteid" varchar(26),
	"createat" bigint,
	"lastsyncat" bigint,
	"channelid" varchar(26),
	"lastmembershipsyncat" bigint DEFAULT 0,
	CONSTRAINT "sharedchannelusers_userid_channelid_remoteid_key" UNIQUE("userid","channelid","remoteid")
);
--> statement-breakpoint
CREATE TABLE "db_lock" (
	"id" varchar(64) PRIMARY KEY NOT NULL,
	"expireat" bigint
);
--> statement-breakpoint
CREATE TABLE "db_migrations" (
	"version" bigint PRIMARY KEY NOT NULL,
	"name" varchar NOT NULL
);
--> statement-breakpoint
ALTER TABLE "recapchannels" ADD CONSTRAINT "recapchannels_recapid_fkey" FOREIGN KEY ("recapid") REFERENCES "public"."recaps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retentionpolicieschannels" ADD CONSTRAINT "fk_retentionpolicieschannels_retentionpolicies" FOREIGN KEY ("policyid") REFERENCES "public"."retentionpolicies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retentionpoliciesteams" ADD CONSTRAINT "fk_retentionpoliciesteams_retentionpolicies" FOREIGN KEY ("policyid") REFERENCES "public"."retentionpolicies"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idx_channelbookmarks_channelid" ON "channelbookmarks" USING btree ("channelid");--> statement-breakpoint
CREATE INDEX "idx_channelbookmarks_delete_at" ON "channelbookmarks" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_channelbookmarks_update_at" ON "channelbookmarks" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_channelmembers_autotranslation_enabled" ON "channelmembers" USING btree ("channelid") WHERE "channelmembers"."autotranslation" = true;--> statement-breakpoint
CREATE INDEX "idx_channelmembers_channel_id_scheme_guest_user_id" ON "channelmembers" USING btree ("channelid","schemeguest","userid");--> statement-breakpoint
CREATE INDEX "idx_channelmembers_user_id_channel_id_last_viewed_at" ON "channelmembers" USING btree ("userid","channelid","lastviewedat");--> statement-breakpoint
CREATE INDEX "idx_channel_search_txt" ON "channels" USING gin (to_tsvector('english', "name" || ' ' || "displayname" || ' ' || "purpose"));--> statement-breakpoint
CREATE INDEX "idx_channels_autotranslation_enabled" ON "channels" USING btree ("id") WHERE "channels"."autotranslation" = true;--> statement-breakpoint
CREATE INDEX "idx_channels_create_at" ON "channels" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_channels_delete_at" ON "channels" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_channels_displayname_lower" ON "channels" USING btree (lower("displayname"));--> statement-breakpoint
CREATE INDEX "idx_channels_name_lower" ON "channels" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "idx_channels_scheme_id" ON "channels" USING btree ("schemeid");--> statement-breakpoint
CREATE INDEX "idx_channels_team_id_display_name" ON "channels" USING btree ("teamid","displayname");--> statement-breakpoint
CREATE INDEX "idx_channels_team_id_type" ON "channels" USING btree ("teamid","type");--> statement-breakpoint
CREATE INDEX "idx_channels_update_at" ON "channels" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_publicchannels_delete_at" ON "publicchannels" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_publicchannels_displayname_lower" ON "publicchannels" USING btree (lower("displayname"));--> statement-breakpoint
CREATE INDEX "idx_publicchannels_name_lower" ON "publicchannels" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "idx_publicchannels_search_txt" ON "publicchannels" USING gin (to_tsvector('english', "name" || ' ' || "displayname" || ' ' || "purpose"));--> statement-breakpoint
CREATE INDEX "idx_publicchannels_team_id" ON "publicchannels" USING btree ("teamid");--> statement-breakpoint
CREATE INDEX "idx_fileinfo_channel_id_create_at" ON "fileinfo" USING btree ("channelid","createat");--> statement-breakpoint
CREATE INDEX "idx_fileinfo_content_txt" ON "fileinfo" USING gin (to_tsvector('english', "content"));--> statement-breakpoint
CREATE INDEX "idx_fileinfo_create_at" ON "fileinfo" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_fileinfo_delete_at" ON "fileinfo" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_fileinfo_extension_at" ON "fileinfo" USING btree ("extension");--> statement-breakpoint
CREATE INDEX "idx_fileinfo_name_splitted" ON "fileinfo" USING gin (to_tsvector('english', translate("name", '.,-', '   ')));--> statement-breakpoint
CREATE INDEX "idx_fileinfo_name_txt" ON "fileinfo" USING gin (to_tsvector('english', "name"));--> statement-breakpoint
CREATE INDEX "idx_fileinfo_postid_at" ON "fileinfo" USING btree ("postid");--> statement-breakpoint
CREATE INDEX "idx_fileinfo_update_at" ON "fileinfo" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_link_metadata_url_timestamp" ON "linkmetadata" USING btree ("url","timestamp");--> statement-breakpoint
CREATE INDEX "idx_uploadsessions_create_at" ON "uploadsessions" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_uploadsessions_type" ON "uploadsessions" USING btree ("type");--> statement-breakpoint
CREATE INDEX "idx_uploadsessions_user_id" ON "uploadsessions" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_command_create_at" ON "commands" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_command_delete_at" ON "commands" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_command_team_id" ON "commands" USING btree ("teamid");--> statement-breakpoint
CREATE INDEX "idx_command_update_at" ON "commands" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_command_webhook_create_at" ON "commandwebhooks" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_emoji_create_at" ON "emoji" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_emoji_delete_at" ON "emoji" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_emoji_update_at" ON "emoji" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_incoming_webhook_create_at" ON "incomingwebhooks" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_incoming_webhook_delete_at" ON "incomingwebhooks" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_incoming_webhook_team_id" ON "incomingwebhooks" USING btree ("teamid");--> statement-breakpoint
CREATE INDEX "idx_incoming_webhook_update_at" ON "incomingwebhooks" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_incoming_webhook_user_id" ON "incomingwebhooks" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_outgoing_webhook_create_at" ON "outgoingwebhooks" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_outgoing_webhook_delete_at" ON "outgoingwebhooks" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_outgoing_webhook_team_id" ON "outgoingwebhooks" USING btree ("teamid");--> statement-breakpoint
CREATE INDEX "idx_outgoing_webhook_update_at" ON "outgoingwebhooks" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_oauthaccessdata_refresh_token" ON "oauthaccessdata" USING btree ("refreshtoken");--> statement-breakpoint
CREATE INDEX "idx_oauthaccessdata_user_id" ON "oauthaccessdata" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_oauthapps_creator_id" ON "oauthapps" USING btree ("creatorid");--> statement-breakpoint
CREATE INDEX "idx_postreminders_targettime" ON "postreminders" USING btree ("targettime");--> statement-breakpoint
CREATE INDEX "idx_posts_channel_id_delete_at_create_at" ON "posts" USING btree ("channelid","deleteat","createat");--> statement-breakpoint
CREATE INDEX "idx_posts_channel_id_update_at" ON "posts" USING btree ("channelid","updateat");--> statement-breakpoint
CREATE INDEX "idx_posts_create_at" ON "posts" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_posts_create_at_id" ON "posts" USING btree ("createat","id");--> statement-breakpoint
CREATE INDEX "idx_posts_delete_at" ON "posts" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_posts_hashtags_txt" ON "posts" USING gin (to_tsvector('english', "hashtags"));--> statement-breakpoint
CREATE INDEX "idx_posts_is_pinned" ON "posts" USING btree ("ispinned");--> statement-breakpoint
CREATE INDEX "idx_posts_message_txt" ON "posts" USING gin (to_tsvector('english', "message"));--> statement-breakpoint
CREATE INDEX "idx_posts_original_id" ON "posts" USING btree ("originalid");--> statement-breakpoint
CREATE INDEX "idx_posts_root_id_delete_at" ON "posts" USING btree ("rootid","deleteat");--> statement-breakpoint
CREATE INDEX "idx_posts_update_at" ON "posts" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_posts_user_id" ON "posts" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_reactions_channel_id" ON "reactions" USING btree ("channelid");--> statement-breakpoint
CREATE INDEX "idx_scheduledposts_userid_channel_id_scheduled_at" ON "scheduledposts" USING btree ("userid","channelid","scheduledat");--> statement-breakpoint
CREATE INDEX "idx_preferences_category" ON "preferences" USING btree ("category");--> statement-breakpoint
CREATE INDEX "idx_preferences_name" ON "preferences" USING btree ("name");--> statement-breakpoint
CREATE INDEX "idx_sidebarcategories_userid_teamid" ON "sidebarcategories" USING btree ("userid","teamid");--> statement-breakpoint
CREATE INDEX "idx_sidebarchannels_categoryid" ON "sidebarchannels" USING btree ("categoryid");--> statement-breakpoint
CREATE INDEX "idx_roles_scheme_id" ON "roles" USING btree ("schemeid");--> statement-breakpoint
CREATE INDEX "idx_schemes_channel_admin_role" ON "schemes" USING btree ("defaultchanneladminrole");--> statement-breakpoint
CREATE INDEX "idx_schemes_channel_guest_role" ON "schemes" USING btree ("defaultchannelguestrole");--> statement-breakpoint
CREATE INDEX "idx_schemes_channel_user_role" ON "schemes" USING btree ("defaultchanneluserrole");--> statement-breakpoint
CREATE INDEX "idx_desktoptokens_token_createat" ON "desktoptokens" USING btree ("token","createat");--> statement-breakpoint
CREATE INDEX "idx_sessions_create_at" ON "sessions" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_sessions_expires_at" ON "sessions" USING btree ("expiresat");--> statement-breakpoint
CREATE INDEX "idx_sessions_last_activity_at" ON "sessions" USING btree ("lastactivityat");--> statement-breakpoint
CREATE INDEX "idx_sessions_token" ON "sessions" USING btree ("token");--> statement-breakpoint
CREATE INDEX "idx_sessions_user_id" ON "sessions" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_user_access_tokens_user_id" ON "useraccesstokens" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_audits_user_id" ON "audits" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_jobs_status_type" ON "jobs" USING btree ("status","type");--> statement-breakpoint
CREATE INDEX "idx_jobs_type" ON "jobs" USING btree ("type");--> statement-breakpoint
CREATE INDEX "idx_notice_views_notice_id" ON "productnoticeviewstate" USING btree ("noticeid");--> statement-breakpoint
CREATE INDEX "idx_notice_views_timestamp" ON "productnoticeviewstate" USING btree ("timestamp");--> statement-breakpoint
CREATE INDEX "idx_teammembers_createat" ON "teammembers" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_teammembers_delete_at" ON "teammembers" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_teammembers_user_id" ON "teammembers" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_teams_create_at" ON "teams" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_teams_delete_at" ON "teams" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_teams_invite_id" ON "teams" USING btree ("inviteid");--> statement-breakpoint
CREATE INDEX "idx_teams_scheme_id" ON "teams" USING btree ("schemeid");--> statement-breakpoint
CREATE INDEX "idx_teams_update_at" ON "teams" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_thread_memberships_last_update_at" ON "threadmemberships" USING btree ("lastupdated");--> statement-breakpoint
CREATE INDEX "idx_thread_memberships_last_view_at" ON "threadmemberships" USING btree ("lastviewed");--> statement-breakpoint
CREATE INDEX "idx_thread_memberships_user_id" ON "threadmemberships" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_threads_channel_id_last_reply_at" ON "threads" USING btree ("channelid","lastreplyat");--> statement-breakpoint
CREATE INDEX "idx_status_status_dndendtime" ON "status" USING btree ("status","dndendtime");--> statement-breakpoint
CREATE INDEX "idx_users_all_no_full_name_txt" ON "users" USING gin (to_tsvector('english', "username" || ' ' || "nickname" || ' ' || "email"));--> statement-breakpoint
CREATE INDEX "idx_users_all_txt" ON "users" USING gin (to_tsvector('english', "username" || ' ' || "firstname" || ' ' || "lastname" || ' ' || "nickname" || ' ' || "email"));--> statement-breakpoint
CREATE INDEX "idx_users_create_at" ON "users" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_users_delete_at" ON "users" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_users_email_lower_textpattern" ON "users" USING btree (lower("email") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "idx_users_firstname_lower_textpattern" ON "users" USING btree (lower("firstname") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "idx_users_id_locale" ON "users" USING btree ("id","locale");--> statement-breakpoint
CREATE INDEX "idx_users_lastname_lower_textpattern" ON "users" USING btree (lower("lastname") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "idx_users_names_no_full_name_txt" ON "users" USING gin (to_tsvector('english', "username" || ' ' || "nickname"));--> statement-breakpoint
CREATE INDEX "idx_users_names_txt" ON "users" USING gin (to_tsvector('english', "username" || ' ' || "firstname" || ' ' || "lastname" || ' ' || "nickname"));--> statement-breakpoint
CREATE INDEX "idx_users_nickname_lower_textpattern" ON "users" USING btree (lower("nickname") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "idx_users_update_at" ON "users" USING btree ("updateat");--> statement-breakpoint
CREATE INDEX "idx_users_username_lower_textpattern" ON "users" USING btree (lower("username") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "idx_outgoingoauthconnections_name" ON "outgoingoauthconnections" USING btree ("name");--> statement-breakpoint
CREATE INDEX "idx_groupchannels_channelid" ON "groupchannels" USING btree ("channelid");--> statement-breakpoint
CREATE INDEX "idx_groupchannels_schemeadmin" ON "groupchannels" USING btree ("schemeadmin");--> statement-breakpoint
CREATE INDEX "idx_groupmembers_create_at" ON "groupmembers" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_groupteams_schemeadmin" ON "groupteams" USING btree ("schemeadmin");--> statement-breakpoint
CREATE INDEX "idx_groupteams_teamid" ON "groupteams" USING btree ("teamid");--> statement-breakpoint
CREATE INDEX "idx_usergroups_delete_at" ON "usergroups" USING btree ("deleteat");--> statement-breakpoint
CREATE INDEX "idx_usergroups_displayname" ON "usergroups" USING btree ("displayname");--> statement-breakpoint
CREATE INDEX "idx_usergroups_remote_id" ON "usergroups" USING btree ("remoteid");--> statement-breakpoint
CREATE INDEX "idx_read_receipts_post_id" ON "readreceipts" USING btree ("postid");--> statement-breakpoint
CREATE INDEX "idx_read_receipts_user_id_post_id_expire_at" ON "readreceipts" USING btree ("userid","postid","expireat");--> statement-breakpoint
CREATE INDEX "idx_recap_channels_channel_id" ON "recapchannels" USING btree ("channelid");--> statement-breakpoint
CREATE INDEX "idx_recap_channels_recap_id" ON "recapchannels" USING btree ("recapid");--> statement-breakpoint
CREATE INDEX "idx_recaps_bot_id" ON "recaps" USING btree ("botid");--> statement-breakpoint
CREATE INDEX "idx_recaps_create_at" ON "recaps" USING btree ("createat");--> statement-breakpoint
CREATE INDEX "idx_recaps_user_id" ON "recaps" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_recaps_user_id_delete_at" ON "recaps" USING btree ("userid","deleteat");--> statement-breakpoint
CREATE INDEX "idx_recaps_user_id_read_at" ON "recaps" USING btree ("userid","readat");--> statement-breakpoint
CREATE INDEX "idx_temporary_posts_expire_at" ON "temporaryposts" USING btree ("expireat");--> statement-breakpoint
CREATE INDEX "idx_translations_channel_updateat" ON "translations" USING btree ("channelid","objecttype","updateat" DESC NULLS FIRST,"dstlang");--> statement-breakpoint
CREATE INDEX "idx_translations_state" ON "translations" USING btree ("state") WHERE "translations"."state" = 'processing';--> statement-breakpoint
CREATE UNIQUE INDEX "idx_accesscontrolpolicies_name_type" ON "accesscontrolpolicies" USING btree ("name","type") WHERE "accesscontrolpolicies"."type" = 'parent';--> statement-breakpoint
CREATE INDEX "idx_contentflaggingteamreviewers_userid" ON "contentflaggingteamreviewers" USING btree ("userid");--> statement-breakpoint
CREATE INDEX "idx_propertyfields_create_at_id" ON "propertyfields" USING btree ("createat","id");--> statement-breakpoint
CREATE UNIQUE INDEX "idx_propertyfields_unique" ON "propertyfields" USING btree ("groupid","targetid","name") WHERE "propertyfields"."deleteat" = 0;--> statement-breakpoint
CREATE INDEX "idx_propertyvalues_create_at_id" ON "propertyvalues" USING btree ("createat","id");--> statement-breakpoint
CREATE INDEX "idx_propertyvalues_targetid_groupid" ON "propertyvalues" USING btree ("targetid","groupid");--> statement-breakpoint
CREATE UNIQUE INDEX "idx_propertyvalues_unique" ON "propertyvalues" USING btree ("groupid","targetid","fieldid") WHERE "propertyvalues"."deleteat" = 0;--> statement-breakpoint
CREATE INDEX "idx_retentionidsfordeletion_tablename" ON "retentionidsfordeletion" USING btree ("tablename");--> statement-breakpoint
CREATE INDEX "idx_retentionpolicies_displayname" ON "retentionpolicies" USING btree ("displayname");--> statement-breakpoint
CREATE INDEX "idx_retentionpolicieschannels_policyid" ON "retentionpolicieschannels" USING btree ("policyid");--> statement-breakpoint
CREATE INDEX "idx_retentionpoliciesteams_policyid" ON "retentionpoliciesteams" USING btree ("policyid");--> statement-breakpoint
CREATE INDEX "idx_sharedchannelusers_remote_id" ON "sharedchannelusers" USING btree ("remoteid");--> statement-breakpoint
CREATE MATERIALIZED VIEW "public"."attributeview" AS (
  select pv.groupid, pv.targetid, pv.targettype, jsonb_object_agg(pf.name,
    case pf.type
      when 'select' then (
        select option -> 'name' from jsonb_array_elements(pf.options) option
        where option ->> 'id' = pv.value #>> '{}' limit 1)
      when 'multiselect' then (
        select coalesce(jsonb_agg(option -> 'name' order by chosen.place), '[]')
        from jsonb_array_elements_text(
          case jsonb_typeof(pv.value) when 'array' then pv.value else '[]' end) with ordinality chosen (id, place)
        join jsonb_array_elements(pf.options) option on option ->> 'id' = chosen.id)
      else pv.value
    end) as attributes
  from propertyvalues pv
  join (
    select id, name, type, deleteat,
      case jsonb_typeof(attrs -> 'options') when 'array' then attrs -> 'options' else '[]' end as options
    from propertyfields) pf on pf.id = pv.fieldid
  where coalesce(pv.deleteat, 0) = 0 and coalesce(pf.deleteat, 0) = 0
  group by pv.groupid, pv.targetid, pv.targettype);--> statement-breakpoint
CREATE MATERIALIZED VIEW "public"."bot_posts_by_team_day" AS (
  select to_timestamp(posts.createat / 1000)::date as day, count(*) as num, channels.teamid
  from posts join bots on bots.userid = posts.userid join channels on channels.id = posts.channelid
  group by 1, 3);--> statement-breakpoint
CREATE MATERIALIZED VIEW "public"."file_stats" AS (
  select count(*) as num, coalesce(sum(size), 0) as usage
  from fileinfo
  where deleteat = 0);--> statement-breakpoint
CREATE MATERIALIZED VIEW "public"."posts_by_team_day" AS (
  select to_timestamp(posts.createat / 1000)::date as day, count(*) as num, channels.teamid
  from posts join channels on channels.id = posts.channelid
  group by 1, 3);--> statement-breakpoint
CREATE MATERIALIZED VIEW "public"."poststats" AS (
  select userid, to_timestamp(createat / 1000)::date as day, count(*) as numposts, max(createat) as lastpostdate
  from posts
  group by 1, 2);--> statement-breakpoint
-- By hand from here on: what drizzle-kit cannot express.
CREATE INDEX "idx_poststats_userid" ON "poststats" USING btree ("userid");--> statement-breakpoint
ALTER TABLE "fileinfo" SET (autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);--> statement-breakpoint
ALTER TABLE "posts" SET (autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);--> statement-breakpoint
ALTER TABLE "preferences" SET (autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);--> statement-breakpoint
ALTER TABLE "threadmemberships" SET (autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);--> statement-breakpoint
-- Room for heap-only updates where the columns that change most are in no index. A real server ignores it.
-- Not threads: lastreplyat is indexed, so a reply never is a heap-only update.
ALTER TABLE "channels" SET (fillfactor = 70);--> statement-breakpoint
ALTER TABLE "channelmembers" SET (fillfactor = 85);--> statement-breakpoint
ALTER TABLE "status" SET (fillfactor = 80);--> statement-breakpoint
-- A real server runs every version that is missing here.
INSERT INTO "db_migrations" ("version", "name") VALUES
(1, 'create_teams'), (2, 'create_team_members'), (3, 'create_cluster_discovery'),
(4, 'create_command_webhooks'), (5, 'create_compliances'), (6, 'create_emojis'), (7, 'create_user_groups'),
(8, 'create_group_members'), (9, 'create_group_teams'), (10, 'create_group_channels'),
(11, 'create_link_metadata'), (12, 'create_commands'), (13, 'create_incoming_webhooks'),
(14, 'create_outgoing_webhooks'), (15, 'create_systems'), (16, 'create_reactions'), (17, 'create_roles'),
(18, 'create_schemes'), (19, 'create_licenses'), (20, 'create_posts'),
(21, 'create_product_notice_view_state'), (22, 'create_sessions'), (23, 'create_terms_of_service'),
(24, 'create_audits'), (25, 'create_oauth_access_data'), (26, 'create_preferences'), (27, 'create_status'),
(28, 'create_tokens'), (29, 'create_bots'), (30, 'create_user_access_tokens'),
(31, 'create_remote_clusters'), (32, 'create_sharedchannels'), (33, 'create_sidebar_channels'),
(34, 'create_oauthauthdata'), (35, 'create_sharedchannelattachments'), (36, 'create_sharedchannelusers'),
(37, 'create_sharedchannelremotes'), (38, 'create_jobs'), (39, 'create_channel_member_history'),
(40, 'create_sidebar_categories'), (41, 'create_upload_sessions'), (42, 'create_threads'),
(43, 'thread_memberships'), (44, 'create_user_terms_of_service'), (45, 'create_plugin_key_value_store'),
(46, 'create_users'), (47, 'create_file_info'), (48, 'create_oauth_apps'), (49, 'create_channels'),
(50, 'create_channelmembers'), (51, 'create_msg_root_count'), (52, 'create_public_channels'),
(53, 'create_retention_policies'), (54, 'create_crt_channelmembership_count'),
(55, 'create_crt_thread_count_and_unreads'), (56, 'upgrade_channels_v6.0'),
(57, 'upgrade_command_webhooks_v6.0'), (58, 'upgrade_channelmembers_v6.0'), (59, 'upgrade_users_v6.0'),
(60, 'upgrade_jobs_v6.0'), (61, 'upgrade_link_metadata_v6.0'), (62, 'upgrade_sessions_v6.0'),
(63, 'upgrade_threads_v6.0'), (64, 'upgrade_status_v6.0'), (65, 'upgrade_groupchannels_v6.0'),
(66, 'upgrade_posts_v6.0'), (67, 'upgrade_channelmembers_v6.1'), (68, 'upgrade_teammembers_v6.1'),
(69, 'upgrade_jobs_v6.1'), (70, 'upgrade_cte_v6.1'), (71, 'upgrade_sessions_v6.1'),
(72, 'upgrade_schemes_v6.3'), (73, 'upgrade_plugin_key_value_store_v6.3'), (74, 'upgrade_users_v6.3'),
(75, 'alter_upload_sessions_index'), (76, 'upgrade_lastrootpostat'), (77, 'upgrade_users_v6.5'),
(78, 'create_oauth_mattermost_app_id'), (79, 'usergroups_displayname_index'), (80, 'posts_createat_id'),
(81, 'threads_deleteat'), (82, 'upgrade_oauth_mattermost_app_id'), (83, 'threads_threaddeleteat'),
(84, 'recent_searches'), (85, 'fileinfo_add_archived_column'), (86, 'add_cloud_limits_archived'),
(87, 'sidebar_categories_index'), (88, 'remaining_migrations'), (89, 'add-channelid-to-reaction'),
(90, 'create_enums'), (91, 'create_post_reminder'), (92, 'add_createat_to_teamembers'),
(93, 'notify_admin'), (94, 'threads_teamid'), (95, 'remove_posts_parentid'), (96, 'threads_threadteamid'),
(97, 'create_posts_priority'), (98, 'create_post_acknowledgements'), (99, 'create_drafts'),
(100, 'add_draft_priority_column'), (101, 'create_true_up_review_history'), (102, 'posts_originalid_index'),
(103, 'add_sentat_to_notifyadmin'), (104, 'upgrade_notifyadmin'), (105, 'remove_tokens'),
(106, 'fileinfo_channelid'), (107, 'threadmemberships_cleanup'), (108, 'remove_orphaned_oauth_preferences'),
(109, 'create_persistent_notifications'), (111, 'update_vacuuming'), (112, 'rework_desktop_tokens'),
(113, 'create_retentionidsfordeletion_table'), (114, 'sharedchannelremotes_drop_nextsyncat_description'),
(115, 'user_reporting_changes'), (116, 'create_outgoing_oauth_connections'),
(117, 'msteams_shared_channels'), (118, 'create_index_poststats'), (119, 'msteams_shared_channels_opts'),
(120, 'create_channelbookmarks_table'), (121, 'remove_true_up_review_history'),
(122, 'preferences_value_length'), (123, 'remove_upload_file_permission'),
(124, 'remove_manage_team_permission'), (125, 'remoteclusters_add_default_team_id'),
(126, 'sharedchannels_remotes_add_deleteat'), (127, 'add_mfa_used_ts_to_users'),
(128, 'create_scheduled_posts'), (129, 'add_property_system_architecture'), (130, 'system_console_stats'),
(131, 'create_index_pagination_on_property_values'), (132, 'create_index_pagination_on_property_fields'),
(133, 'add_channel_banner_fields'), (134, 'create_access_control_policies'),
(135, 'sidebarchannels_categoryid'), (136, 'create_attribute_view'), (137, 'update_attribute_view'),
(138, 'add_default_category_name_to_channel'), (139, 'remoteclusters_add_last_global_user_sync_at'),
(140, 'add_lastmemberssyncat_to_sharedchannelremotes'),
(141, 'add_remoteid_channelid_to_post_acknowledgements'), (142, 'create_content_flagging_tables'),
(143, 'content_flagging_table_index'), (144, 'add_dcr_fields_to_oauth_apps'),
(145, 'add_pkce_to_oauthauthdata'), (146, 'add_audience_and_resource_to_oauth'),
(147, 'create_autotranslation_tables'), (148, 'add_burn_on_read_messages'), (149, 'create_recaps'),
(150, 'add_translation_state'), (151, 'add_autotranslationdisabled_to_channelmembers'),
(152, 'translations_primary_key_change'), (153, 'add_translation_channel_id'),
(154, 'drop_translation_updateat_index'), (155, 'create_translation_channel_updateat_index'),
(156, 'add_schemeid_to_roles'), (157, 'backfill_roles_schemeid'), (158, 'add_roles_schemeid_index'),
(159, 'deduplicate_policy_names');
