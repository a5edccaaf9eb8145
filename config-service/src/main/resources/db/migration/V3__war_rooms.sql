-- The read model of war rooms: what the topics told of each incident. It may be emptied at any time and is read again
-- from the topics, as far back as they reach (the consumer group's offsets must go back too).
CREATE TABLE war_room (
    tenant_id   text        NOT NULL,
    -- By code point: the same order of pages on every machine.
    incident_id text        COLLATE "C" NOT NULL,
    -- What each topic said last, with its place in the topic. Every other column is derived from it.
    facts       jsonb       NOT NULL,
    -- null: something was told of an incident of which nobody has told that it was declared. Shown to nobody.
    state       text        CHECK (state IN ('DECLARED', 'WAITING', 'OPENED', 'FAILED', 'CLOSED')),
    platform    text,
    severity    text,
    region      text,
    declared_at timestamptz NOT NULL,
    -- Title and incident id in lower case, as the service lowers a searched text: no database's locale decides.
    search_text text        NOT NULL,
    -- As lists and streams show it. Not jsonb: it keeps its order.
    item        json        NOT NULL,
    -- The number of the last change that can be seen, in the tenant's own count; 0 when there was none.
    change      bigint      NOT NULL CHECK (change >= 0),
    -- When the newest of its records was written.
    heard_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, incident_id)
);

CREATE INDEX war_room_page ON war_room (tenant_id, declared_at DESC, incident_id DESC) WHERE state IS NOT NULL;
CREATE INDEX war_room_page_of_state ON war_room (tenant_id, state, declared_at DESC, incident_id DESC)
    WHERE state IS NOT NULL;
CREATE INDEX war_room_changes ON war_room (tenant_id, change);
CREATE INDEX war_room_age ON war_room (heard_at);

-- Each tenant's count of changes. Whoever changes rooms of a tenant locks its row first, until the commit: so numbers
-- become visible in their order, and a reader that has seen n has seen everything up to n.
CREATE TABLE war_room_feed (
    tenant_id   text   PRIMARY KEY,
    last_change bigint NOT NULL DEFAULT 0
);

-- Tells the counts of this database from those of another that a reader may remember. Whoever empties war_room_feed
-- changes it, so that streams tell their readers to read the list anew.
CREATE TABLE war_room_epoch (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch    text    NOT NULL DEFAULT substr(md5(gen_random_uuid()::text), 1, 8)
);
INSERT INTO war_room_epoch DEFAULT VALUES;
