-- An unbound person stays with bound = false, so that the revision keeps growing when the person is bound again.
CREATE TABLE member_binding (
    tenant_id        text        NOT NULL,
    platform         text        NOT NULL CHECK (platform IN ('WECOM', 'DINGTALK', 'LARK')),
    person_id        text        NOT NULL,
    bound            boolean     NOT NULL,
    platform_user_id text        NOT NULL,
    revision         bigint      NOT NULL CHECK (revision >= 1),
    changed_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id, platform)
);
