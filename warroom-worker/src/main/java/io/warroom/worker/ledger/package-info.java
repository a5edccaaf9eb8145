/**
 * Remembers incidents in the workers' own topics: what waits stands on incident-parked, what has ended on war-room-opened and
 * war-room-failed. Whoever owns a partition of incidents reads the same partition of those topics first.
 */
@NullMarked
package io.warroom.worker.ledger;

import org.jspecify.annotations.NullMarked;
