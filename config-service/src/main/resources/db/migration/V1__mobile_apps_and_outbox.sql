CREATE TABLE tenant (
    tenant_id       text   PRIMARY KEY,
    last_activation bigint NOT NULL CHECK (last_activation >= 1)
);

-- A deleted app stays with enabled = false, so that its revision keeps growing when it is enabled again.
CREATE TABLE mobile_app (
    tenant_id         text        NOT NULL,
    platform          text        NOT NULL CHECK (platform IN ('WECOM', 'DINGTALK', 'LARK')),
    enabled           boolean     NOT NULL,
    identity          text        NOT NULL,
    service_id        text        NOT NULL,
    group_template_id text,
    robot_id          text,
    endpoint          text        NOT NULL,
    default_owner     text,
    revision          bigint      NOT NULL CHECK (revision >= 1),
    activation        bigint      NOT NULL CHECK (activation >= 1),
    changed_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, platform)
);

-- Ciphertexts only; revision is the one that set the secret and part of what it is sealed to.
CREATE TABLE mobile_app_secret (
    tenant_id  text   NOT NULL,
    platform   text   NOT NULL,
    field      text   NOT NULL,
    revision   bigint NOT NULL,
    ciphertext bytea  NOT NULL,
    PRIMARY KEY (tenant_id, platform, field),
    FOREIGN KEY (tenant_id, platform) REFERENCES mobile_app
);

-- Column names as Debezium's outbox router expects them. The payload is an Avro container of one record, its schema
-- beside it; null is a tombstone. Rows are deleted once the broker has them.
CREATE TABLE outbox (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    aggregatetype text        NOT NULL,
    aggregateid   text        NOT NULL,
    type          text        NOT NULL,
    event_id      text        NOT NULL,
    topic         text        NOT NULL,
    key           text        NOT NULL,
    headers       jsonb       NOT NULL,
    payload       bytea,
    revision      bigint      NOT NULL,
    xid           xid8        NOT NULL DEFAULT pg_current_xact_id()
);
