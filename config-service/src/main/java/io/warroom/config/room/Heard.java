package io.warroom.config.room;

import java.time.Instant;

/**
 * One record, understood.
 *
 * @param writtenAt the record's timestamp
 */
record Heard(String tenantId, String incidentId, int partition, long offset, Instant writtenAt, Saying saying) {}
