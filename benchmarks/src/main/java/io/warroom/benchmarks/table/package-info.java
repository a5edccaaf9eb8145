/** The worker's table of apps beside the bare reading of its topic and a plain map. */
@NullMarked
package io.warroom.benchmarks.table;

import org.jspecify.annotations.NullMarked;
