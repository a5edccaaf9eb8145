/** The page: rooms, people and messages as they arrive, and the switchboard that breaks and switches the platforms. */
@NullMarked
package io.warroom.simulator.page;

import org.jspecify.annotations.NullMarked;
