/** Declaring an incident over HTTP: checked, produced to Kafka, answered once the broker has it. */
@NullMarked
package io.warroom.config.incident;

import org.jspecify.annotations.NullMarked;
