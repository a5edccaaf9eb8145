/** What a call to a platform costs us beside the bare HTTP client. */
@NullMarked
package io.warroom.benchmarks.http;

import org.jspecify.annotations.NullMarked;
