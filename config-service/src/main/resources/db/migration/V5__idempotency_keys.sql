-- One request that carried an Idempotency-Key. Keys and bodies are kept as SHA-256 alone; answers hold no secret.
CREATE TABLE idempotency_key (
    tenant_id   text        NOT NULL,
    route       text        NOT NULL,
    key_hash    bytea       NOT NULL,
    body_hash   bytea       NOT NULL,
    -- Who works on it: a claim that was taken over is neither finished nor given up by its first owner.
    claim       uuid        NOT NULL,
    claimed_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    -- null while the request is under way.
    status      integer,
    answer      text,
    PRIMARY KEY (tenant_id, route, key_hash)
);

CREATE INDEX idempotency_key_age ON idempotency_key (expires_at);
