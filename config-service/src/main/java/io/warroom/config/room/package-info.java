/** The read model of war rooms: what the topics tell of each incident, as lists, details and a live stream. */
@NullMarked
package io.warroom.config.room;

import org.jspecify.annotations.NullMarked;
