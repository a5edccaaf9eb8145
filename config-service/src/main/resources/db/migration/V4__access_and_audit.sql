-- Only the SHA-256 of a token is kept: whoever reads this table can't use it.
CREATE TABLE api_token (
    token_id     uuid        PRIMARY KEY,
    tenant_id    text        NOT NULL,
    name         text        NOT NULL,
    hash         bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created_at   timestamptz NOT NULL,
    created_by   text        NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);

CREATE INDEX api_token_of_tenant ON api_token (tenant_id, created_at DESC);

-- The states hold no secret, sealed or not; "changed" names what is different. No foreign key: it outlives what it tells of.
CREATE TABLE audit (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id      text        NOT NULL,
    at             timestamptz NOT NULL,
    actor          text        NOT NULL,
    role           text        NOT NULL,
    credential     text        NOT NULL,
    remote_address text        NOT NULL,
    request_id     text        NOT NULL,
    action         text        NOT NULL,
    target         text        NOT NULL,
    state_before   jsonb       NOT NULL,
    state_after    jsonb       NOT NULL,
    changed        jsonb       NOT NULL
);

CREATE INDEX audit_of_tenant ON audit (tenant_id, id DESC);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
