-- The last word of the workers on each app, read from the topic app-health. It may be emptied at any time and is read again from
-- the topic (the consumer group's offsets must go back too).
CREATE TABLE app_health (
    tenant_id     text        NOT NULL,
    platform      text        NOT NULL,
    -- Of the app that it is about.
    revision      bigint      NOT NULL,
    state         text        NOT NULL,
    detail        text        NOT NULL,
    platform_code text,
    since         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, platform)
);

-- Who changed one thing last.
CREATE INDEX audit_of_target ON audit (tenant_id, target, id DESC);
