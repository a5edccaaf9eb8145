/** The worker's intake beside its peers: the same records, the same simulated calls, each in a process of its own. */
@NullMarked
package io.warroom.benchmarks.intake;

import org.jspecify.annotations.NullMarked;
