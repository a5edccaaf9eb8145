/**
 * The domain: from an incident to the room that it needs, step by step, inside a deadline. Knows neither Kafka nor HTTP; what
 * it needs of them are the narrow interfaces that lie beside their user here.
 */
@NullMarked
package io.warroom.worker.opening;

import org.jspecify.annotations.NullMarked;
