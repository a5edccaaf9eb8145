CREATE TABLE room (tenant_id text, incident_id text, item text, change bigint, PRIMARY KEY (tenant_id, incident_id));
CREATE TABLE feed (tenant_id text PRIMARY KEY, last_change bigint NOT NULL DEFAULT 0);
INSERT INTO feed SELECT 'tenant-' || n FROM generate_series(1, 1000) n;
INSERT INTO room SELECT 'tenant-' || n, 'INC-' || i, repeat('x', 1000), 0 FROM generate_series(1, 1000) n, generate_series(1, 10) i;
