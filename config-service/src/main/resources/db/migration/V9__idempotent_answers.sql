-- Of changes too, whose answers tell the revision that they made. An answer that shows a secret once is kept without it.
ALTER TABLE idempotency_key ADD COLUMN etag text;
