// Statistics for the system console. Refreshed by jobs only; a reader must expect them to be stale or empty.

import { sql } from "drizzle-orm";
import { date, jsonb, numeric, pgMaterializedView } from "drizzle-orm/pg-core";
import { chars, id, int8 } from "./columns.ts";

export const posts_by_team_day = pgMaterializedView("posts_by_team_day", {
  day: date(),
  num: int8(),
  teamid: id(),
}).as(sql`
  select to_timestamp(posts.createat / 1000)::date as day, count(*) as num, channels.teamid
  from posts join channels on channels.id = posts.channelid
  group by 1, 3`);

export const bot_posts_by_team_day = pgMaterializedView("bot_posts_by_team_day", {
  day: date(),
  num: int8(),
  teamid: id(),
}).as(sql`
  select to_timestamp(posts.createat / 1000)::date as day, count(*) as num, channels.teamid
  from posts join bots on bots.userid = posts.userid join channels on channels.id = posts.channelid
  group by 1, 3`);

export const poststats = pgMaterializedView("poststats", {
  userid: id(),
  day: date(),
  numposts: int8(),
  lastpostdate: int8(),
}).as(sql`
  select userid, to_timestamp(createat / 1000)::date as day, count(*) as numposts, max(createat) as lastpostdate
  from posts
  group by 1, 2`);

export const file_stats = pgMaterializedView("file_stats", {
  num: int8(),
  usage: numeric(),
}).as(sql`
  select count(*) as num, coalesce(sum(size), 0) as usage
  from fileinfo
  where deleteat = 0`);

/** Live property values per target; an option id of a select or multiselect field becomes the option's name. */
export const attributeview = pgMaterializedView("attributeview", {
  groupid: id(),
  targetid: chars(255),
  targettype: chars(255),
  attributes: jsonb(),
}).as(sql`
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
  group by pv.groupid, pv.targetid, pv.targettype`);
