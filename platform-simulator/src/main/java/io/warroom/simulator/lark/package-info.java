/** Lark as its public pages describe it. */
@NullMarked
package io.warroom.simulator.lark;

import org.jspecify.annotations.NullMarked;
