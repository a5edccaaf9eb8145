/** The schemas of what this worker writes, known before it takes anything on. */
@NullMarked
package io.warroom.worker.schemas;

import org.jspecify.annotations.NullMarked;
