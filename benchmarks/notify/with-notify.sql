\set tenant random(1, 1000)
\set incident random(1, 10)
BEGIN;
SELECT last_change FROM feed WHERE tenant_id = 'tenant-' || :tenant FOR UPDATE;
UPDATE room SET item = repeat('y', 1000), change = change + 1 WHERE tenant_id = 'tenant-' || :tenant AND incident_id = 'INC-' || :incident;
UPDATE feed SET last_change = last_change + 1 WHERE tenant_id = 'tenant-' || :tenant;
NOTIFY war_rooms_changed;
COMMIT;
