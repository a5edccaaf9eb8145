-- Why the relay cannot publish the row: the kind of the failure, no more. Rows of the same aggregate behind it wait with it.
ALTER TABLE outbox ADD COLUMN held_because text;

CREATE INDEX outbox_of_aggregate ON outbox (aggregateid, id);
CREATE INDEX outbox_held ON outbox (aggregateid) WHERE held_because IS NOT NULL;
