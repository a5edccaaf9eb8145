/** Tries an incident again: what failed, what waits, and a first message that was not sent. */
@NullMarked
package io.warroom.config.retry;

import org.jspecify.annotations.NullMarked;
