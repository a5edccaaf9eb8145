/** How soon what is committed can be read on the topic: the config service's outbox beside a library's, on the same database and broker. */
@NullMarked
package io.warroom.benchmarks.outbox;

import org.jspecify.annotations.NullMarked;
