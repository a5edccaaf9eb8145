package io.warroom.worker.opening;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An incident as one record of incident-declared carries it.
 *
 * @param writtenAt when the record was written
 * @param retryAt when a person requested another try; null for a declaration that is no retry
 */
public record Declaration(
        Incident incident, Instant writtenAt, @Nullable Instant retryAt) {}
