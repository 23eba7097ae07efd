-- The rights of the logins of one organisation: a second fence beside the name of the schema that each host is given. A login
-- that was granted this, and nothing else, cannot read another organisation's schema, whatever a host is told to open.
--
-- Run it as the owner of the schema, once the store is there: the owner creates it by connecting, and brings it to later
-- versions. Hosts connect as `host`, with `creation: Never`. `reader` is optional, and may only read: for reports, and for
-- `verify` and `check` on a replica. Both logins have to exist:
--
--     CREATE ROLE harbour_host LOGIN PASSWORD '…';
--     psql --set schema=harbour --set host=harbour_host --set reader=harbour_reader --file grants.sql
--
-- It can be run again, and has to be after nothing: tables of later versions come with the same rights.

BEGIN;

REVOKE ALL ON SCHEMA :"schema" FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA :"schema" FROM PUBLIC;

GRANT USAGE ON SCHEMA :"schema" TO :"host";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA :"schema" TO :"host";
ALTER DEFAULT PRIVILEGES IN SCHEMA :"schema" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"host";
-- What happened is never deleted, and neither is what came of it, nor the row that writers lock.
REVOKE DELETE ON :"schema".events, :"schema".streams, :"schema".requests FROM :"host";
REVOKE INSERT, DELETE ON :"schema".file FROM :"host";

\if :{?reader}
GRANT USAGE ON SCHEMA :"schema" TO :"reader";
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO :"reader";
ALTER DEFAULT PRIVILEGES IN SCHEMA :"schema" GRANT SELECT ON TABLES TO :"reader";
\endif

COMMIT;
