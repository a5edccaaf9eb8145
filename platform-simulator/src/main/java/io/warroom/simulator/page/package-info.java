/** The page that shows rooms, people and messages as they arrive. */
@NullMarked
package io.warroom.simulator.page;

import org.jspecify.annotations.NullMarked;
