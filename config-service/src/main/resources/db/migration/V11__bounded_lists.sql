-- How many rooms of each state a tenant has. The triggers below keep it in the transaction of each change, so that no list counts.
CREATE TABLE war_room_total (
    tenant_id text   NOT NULL,
    state     text   NOT NULL,
    rooms     bigint NOT NULL,
    PRIMARY KEY (tenant_id, state)
) WITH (fillfactor = 50);

INSERT INTO war_room_total (tenant_id, state, rooms)
SELECT tenant_id, state, count(*) FROM war_room WHERE state IS NOT NULL GROUP BY tenant_id, state;

CREATE FUNCTION war_room_total_of_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO war_room_total AS kept (tenant_id, state, rooms)
    SELECT tenant_id, state, count(*) FROM added WHERE state IS NOT NULL GROUP BY tenant_id, state ORDER BY tenant_id, state
        ON CONFLICT (tenant_id, state) DO UPDATE SET rooms = kept.rooms + excluded.rooms;
    RETURN NULL;
END $$;

CREATE FUNCTION war_room_total_of_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO war_room_total AS kept (tenant_id, state, rooms)
    SELECT tenant_id, state, sum(rooms)
      FROM (SELECT tenant_id, state, 1 AS rooms FROM added
             UNION ALL SELECT tenant_id, state, -1 AS rooms FROM removed) change
     WHERE state IS NOT NULL
     GROUP BY tenant_id, state
    HAVING sum(rooms) <> 0
     ORDER BY tenant_id, state
        ON CONFLICT (tenant_id, state) DO UPDATE SET rooms = kept.rooms + excluded.rooms;
    RETURN NULL;
END $$;

CREATE FUNCTION war_room_total_of_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO war_room_total AS kept (tenant_id, state, rooms)
    SELECT tenant_id, state, -count(*) FROM removed WHERE state IS NOT NULL GROUP BY tenant_id, state ORDER BY tenant_id, state
        ON CONFLICT (tenant_id, state) DO UPDATE SET rooms = kept.rooms + excluded.rooms;
    RETURN NULL;
END $$;

CREATE FUNCTION war_room_total_of_none() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM war_room_total;
    RETURN NULL;
END $$;

CREATE TRIGGER war_room_inserted AFTER INSERT ON war_room REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION war_room_total_of_inserted();
CREATE TRIGGER war_room_updated AFTER UPDATE ON war_room REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION war_room_total_of_updated();
CREATE TRIGGER war_room_deleted AFTER DELETE ON war_room REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION war_room_total_of_deleted();
CREATE TRIGGER war_room_truncated AFTER TRUNCATE ON war_room
    FOR EACH STATEMENT EXECUTE FUNCTION war_room_total_of_none();

-- What came of the room's first message: a room without it is silent. null without a room, and until the next record of an older row.
ALTER TABLE war_room ADD COLUMN first_message text CHECK (first_message IN ('SENT', 'PENDING', 'REFUSED', 'GIVEN_UP'));

-- The newest rooms in which somebody is missing.
CREATE INDEX war_room_missing ON war_room (tenant_id, declared_at DESC)
    WHERE state IN ('OPENED', 'CLOSED') AND (item ->> 'peopleMissing')::int > 0;

-- The order in which bindings are listed.
CREATE INDEX member_binding_page ON member_binding (tenant_id, person_id COLLATE "C", platform COLLATE "C") WHERE bound;

-- Every tenant that something is known of, for operators to choose from.
CREATE TABLE known_tenant (
    tenant_id text COLLATE "C" PRIMARY KEY
);

INSERT INTO known_tenant
SELECT tenant_id FROM tenant UNION SELECT tenant_id FROM war_room_feed
UNION SELECT tenant_id FROM api_token UNION SELECT tenant_id FROM member_binding;

CREATE FUNCTION tenant_is_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO known_tenant SELECT DISTINCT tenant_id FROM added ORDER BY tenant_id ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER tenant_is_known AFTER INSERT ON tenant REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_is_known();
CREATE TRIGGER tenant_is_known AFTER INSERT ON war_room_feed REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_is_known();
CREATE TRIGGER tenant_is_known AFTER INSERT ON api_token REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_is_known();
CREATE TRIGGER tenant_is_known AFTER INSERT ON member_binding REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_is_known();
