/** What must be in the table's package to measure it. */
@NullMarked
package io.warroom.worker.directory;

import org.jspecify.annotations.NullMarked;
