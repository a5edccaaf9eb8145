/** What truly happened: organisations, rooms, messages and calls, and the HTTP contract by which tests read them. */
@NullMarked
package io.warroom.simulator.witness;

import org.jspecify.annotations.NullMarked;
