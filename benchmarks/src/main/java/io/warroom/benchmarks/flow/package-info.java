/** The whole worker, as it is delivered, beside the same calls made by less: what Kafka, the ledger and the promises cost. */
@NullMarked
package io.warroom.benchmarks.flow;

import org.jspecify.annotations.NullMarked;
