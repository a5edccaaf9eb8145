package io.warroom.platform;

import org.jspecify.annotations.Nullable;

/**
 * A message that the platform took.
 *
 * @param messageId the platform's id, or null where it gives none
 */
public record Posted(@Nullable String messageId) {}
