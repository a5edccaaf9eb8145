package io.warroom.config.room;

import java.time.Instant;

/**
 * One record, understood.
 *
 * @param era which topic of its name it is of
 * @param writtenAt the record's timestamp
 */
record Heard(
        String tenantId, String incidentId, int era, int partition, long offset, Instant writtenAt, Saying saying) {}
