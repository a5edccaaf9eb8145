/** What the simulator promises, over HTTP as a client sees it. */
@NullMarked
package io.warroom.simulator;

import org.jspecify.annotations.NullMarked;
