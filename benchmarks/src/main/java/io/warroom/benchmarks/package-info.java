/** What it costs, beside what it is measured against. */
@NullMarked
package io.warroom.benchmarks;

import org.jspecify.annotations.NullMarked;
