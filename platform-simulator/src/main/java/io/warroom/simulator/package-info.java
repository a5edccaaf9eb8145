/** The three chat platforms over HTTP on one port. */
@NullMarked
package io.warroom.simulator;

import org.jspecify.annotations.NullMarked;
