/** Threads that live as long as the process. */
@NullMarked
package io.warroom.platform.threads;

import org.jspecify.annotations.NullMarked;
