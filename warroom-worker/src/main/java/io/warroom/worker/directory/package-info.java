/** Tenant to app: a table built from the three configuration topics, in whatever order they are read. */
@NullMarked
package io.warroom.worker.directory;

import org.jspecify.annotations.NullMarked;
