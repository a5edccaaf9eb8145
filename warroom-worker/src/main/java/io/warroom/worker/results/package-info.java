/** How an incident ended, on war-room-opened or war-room-failed. */
@NullMarked
package io.warroom.worker.results;

import org.jspecify.annotations.NullMarked;
