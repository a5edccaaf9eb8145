/** The platform simulator's cost of a request beside a bare handler on the same server. */
@NullMarked
package io.warroom.benchmarks.simulator;

import org.jspecify.annotations.NullMarked;
